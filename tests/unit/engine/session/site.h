#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <loads/response.h>

#include "engine/session/conversation.h"
#include "support/client_harness.h"
#include "support/scripted_server.h"

namespace loads::session {

// A server whose pages are given as text, and which keeps what it was asked: reached as 127.0.0.1 and, as another host, as localhost.
class Site {
 public:
  // What is said to a request for a target; it is completed with a Content-Length when there is none.
  using Page = std::function<std::string(const std::string& request)>;

  void page(const std::string& target, std::string head, std::string body = "") {
    page(target, [head = std::move(head), body = std::move(body)](const std::string&) { return answer(head, body); });
  }
  void page(const std::string& target, Page page) {
    const std::lock_guard lock(mutex_);
    pages_[target] = std::move(page);
  }
  static std::string answer(const std::string& head, const std::string& body = "") {
    return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  std::string url(std::string_view target = "/") const { return server_.url(target); }
  std::string elsewhere(std::string_view target = "/") const {
    return "http://localhost:" + std::to_string(server_.port()) + std::string(target);
  }

  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  std::string last() const { return requests().back(); }
  // "GET /a, POST /b": the request lines.
  std::string lines() const {
    std::string out;
    for (const std::string& request : requests()) {
      out += (out.empty() ? "" : ", ") + request.substr(0, request.find(" HTTP/1.1"));
    }
    return out;
  }

 private:
  void serve(support::Peer& peer) {
    while (true) {
      const std::string request = peer.read_request();
      const std::size_t from = request.find(' ') + 1;
      const std::string target = request.substr(from, request.find(' ', from) - from);
      Page page;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        if (const auto found = pages_.find(target); found != pages_.end()) page = found->second;
      }
      peer.send(page ? page(request) : answer("200 OK", "page"));
    }
  }

  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::map<std::string, Page> pages_;
  support::ScriptedServer server_{[this](support::Peer& peer) { serve(peer); }};
};

// One virtual user's session, and a way into a fiber for each of its requests.
class Visitor {
 public:
  explicit Visitor(ConversationSettings settings = {}, http::ClientSettings client = support::ClientHarness::quick())
      : settings_(std::move(settings)), harness_(std::move(client)), client_(harness_.context), conversation_(client_, settings_) {}
  ~Visitor() { client_.close_connections(); }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  Response get(const std::string& url) { return run("GET", url, nullptr); }
  Response request(std::string_view method, const std::string& url, const RequestOptions& options = {}) {
    return run(method, url, &options);
  }

  Conversation& conversation() { return conversation_; }
  http::Client& client() { return client_; }
  support::ClientHarness& harness() { return harness_; }
  CookieJar& cookies() { return conversation_.cookies(); }

 private:
  Response run(std::string_view method, const std::string& url, const RequestOptions* options) {
    Response response;
    fiber::run_blocking(harness_.loop, [&] { response = Response(conversation_.request(method, "", url, options)); });
    return response;
  }

  ConversationSettings settings_;
  support::ClientHarness harness_;
  http::Client client_;
  Conversation conversation_;
};

// The value of a header of a request; "none" when it is not there.
inline std::string header(const std::string& request, const std::string& name) {
  const std::size_t at = request.find("\r\n" + name + ": ");
  if (at == std::string::npos) return "none";
  const std::size_t from = at + name.size() + 4;
  return request.substr(from, request.find("\r\n", from) - from);
}

}  // namespace loads::session
