// A ZeroMQ PUSH socket, as far as a test runner needs one: ZMTP 3.0 (rfc.zeromq.org/spec/23) over a Unix socket or TCP, without security. The
// package `zeromq` of npm does the same and more; this needs nothing installed.
'use strict';

const net = require('node:net');

const GREETING = 64;  // bytes

function address(endpoint) {
  const [, scheme, rest] = /^(ipc|tcp):\/\/(.*)$/.exec(endpoint);
  if (scheme === 'ipc') return {path: rest};
  const colon = rest.lastIndexOf(':');
  return {host: rest.slice(0, colon), port: Number(rest.slice(colon + 1))};
}

function greeting() {
  const bytes = Buffer.alloc(GREETING);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;  // the version, 3.0
  bytes.write('NULL', 12, 'ascii');
  return bytes;
}

function frame(body, flags = 0) {
  if (body.length < 256) return Buffer.concat([Buffer.from([flags, body.length]), body]);
  const head = Buffer.alloc(9);
  head[0] = flags | 2;
  head.writeBigUInt64BE(BigInt(body.length), 1);
  return Buffer.concat([head, body]);
}

function property(name, value) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(value.length);
  return Buffer.concat([Buffer.from([name.length]), Buffer.from(name), length, Buffer.from(value)]);
}

const READY = frame(Buffer.concat([Buffer.from([5]), Buffer.from('READY'), property('Socket-Type', 'PUSH')]), 4);

class Pusher {
  // Resolves once the other side has agreed to what is spoken.
  static connect(endpoint) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(address(endpoint));
      let heard = Buffer.alloc(0);
      socket.once('error', reject);
      socket.once('connect', () => socket.write(greeting()));
      socket.on('data', (bytes) => {
        const before = heard.length;
        heard = Buffer.concat([heard, bytes]);
        if (before < GREETING && heard.length >= GREETING) socket.write(READY);
        // Its READY, a short command, is the last that is waited for.
        if (heard.length < GREETING + 2 || heard.length < GREETING + 2 + heard[GREETING + 1]) return;
        socket.removeAllListeners('data').resume();
        resolve(new Pusher(socket));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
  }

  send(text) {
    this.socket.write(frame(Buffer.from(text)));
  }

  // Resolves when all is sent.
  close() {
    return new Promise((resolve) => this.socket.end(resolve));
  }
}

module.exports = {Pusher};
