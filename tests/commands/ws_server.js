// A server of node's ws that behaves as its paths say; prints its port. Everything but /ws is asked for by a test of websocket_test.py.
"use strict";

const http = require("http");
const { WebSocketServer } = require("ws");

// What is done with a message, by the path's first part.
const MANNERS = {
  ws: (socket, data, binary) => socket.send(data, { binary }),

  fragments(socket, data, binary) {
    const kFragment = 1000;
    let at = 0;
    do {
      socket.send(data.subarray(at, at + kFragment), { binary, fin: at + kFragment >= data.length });
      at += kFragment;
    } while (at < data.length);
  },

  // Answers once its own ping was.
  ping(socket, data, binary) {
    socket.once("pong", (payload) => socket.send(String(payload) === "still there?" ? data : "another pong", { binary }));
    socket.ping("still there?");
  },

  close: (socket, data, binary, code) => socket.close(Number(code), "as asked"),

  // The bytes of the connection so far, both ways.
  wire(socket, data, binary, _, connection) {
    socket.send(String(data) === "wire" ? `${connection.bytesRead} ${connection.bytesWritten}` : data, { binary });
  },
};

function serve(socket, request) {
  const [, manner, argument] = request.url.split("?")[0].split("/");
  socket.on("error", () => {}); // a client that breaks off
  socket.on("message", (data, binary) => (MANNERS[manner] || MANNERS.ws)(socket, data, binary, argument, request.socket));
  let pings = 0;
  socket.on("ping", (payload) => {
    if (manner === "pings" && ++pings === Number(argument)) socket.send(`${pings} pings, the last "${payload}"`);
  });
}

// One for each set of what permessage-deflate is to agree upon: "serverNoContextTakeover,clientMaxWindowBits=9".
const servers = new Map();

function serverOf(terms) {
  if (!servers.has(terms)) {
    const deflate = { threshold: 0 };
    for (const [name, bits] of terms.split(",").map((term) => term.split("="))) deflate[name] = bits === undefined || Number(bits);
    const handleProtocols = (offered) => (offered.has("chat.v2") ? "chat.v2" : false);
    servers.set(terms, new WebSocketServer({ noServer: true, perMessageDeflate: deflate, handleProtocols }).on("connection", serve));
  }
  return servers.get(terms);
}

const server = http.createServer();
server.on("upgrade", (request, connection, head) => {
  const chosen = serverOf(new URLSearchParams(request.url.split("?")[1]).get("deflate") || "threshold=0");
  chosen.handleUpgrade(request, connection, head, (socket) => chosen.emit("connection", socket, request));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
