#include "broker/web/answer.h"

#include <utility>

#include "broker/web/address.h"

namespace loads::broker::web {

Answer Answer::of(int status, std::string_view reason, std::string text) {
  Answer answer;
  answer.status = status;
  answer.reason = reason;
  answer.body = std::make_shared<const std::string>(std::move(text));
  return answer;
}

Answer Answer::metrics(std::shared_ptr<const std::string> text) {
  Answer answer;
  answer.type = "text/plain; version=0.0.4; charset=utf-8";  // Prometheus' text format
  answer.body = std::move(text);
  return answer;
}

std::string Answer::head() const {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) + "\r\nContent-Type: " + std::string(type) +
                     "\r\nContent-Length: " + std::to_string(body->size()) +
                     "\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
                     "Content-Security-Policy: default-src 'none'\r\n";
  if (status == 405) head += "Allow: GET, HEAD\r\n";
  return head + "\r\n";
}

std::optional<Answer> refusal(const Question& question) {
  if (!question.host) return Answer::of(400, "Bad Request", "A request names one host.\n");
  if (!is_loopback_host(*question.host)) return Answer::of(403, "Forbidden", "This server is asked for as 127.0.0.1 or localhost.\n");
  if (question.method != "GET" && question.method != "HEAD") return Answer::of(405, "Method Not Allowed", "GET is all there is.\n");
  if (question.target.substr(0, question.target.find('?')) != "/metrics")
    return Answer::of(404, "Not Found", "There is nothing here. /metrics has the figures for Prometheus.\n");
  return {};
}

}  // namespace loads::broker::web
