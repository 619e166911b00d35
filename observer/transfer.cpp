#include "observer/transfer.h"

#include <curl/curl.h>

#include <array>
#include <cstring>
#include <mutex>
#include <new>

#include "common/version.h"

namespace loads::observer {
namespace {

constexpr const char* kProtocols = "http,https,smtp,smtps";

// Once in the process, and before other threads use libcurl.
void initialize() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, FreeList>;

void append(List& list, const std::string& text) {
  curl_slist* longer = curl_slist_append(list.get(), text.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  static_cast<void>(list.release());
  list.reset(longer);
}

std::size_t drop(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::string part(CURLU* url, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, flags) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

}  // namespace

struct Transfer::State {
  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  std::unique_ptr<CURL, Cleanup> handle;
  List headers;
  List recipients;
  std::string body;
  std::size_t sent = 0;
  Cancelled cancelled;
  std::array<char, CURL_ERROR_SIZE> error{};

  static std::size_t read(char* buffer, std::size_t size, std::size_t count, void* self) {
    auto& state = *static_cast<State*>(self);
    const std::size_t part = std::min(size * count, state.body.size() - state.sent);
    std::memcpy(buffer, state.body.data() + state.sent, part);
    state.sent += part;
    return part;
  }
  static int look(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) { return static_cast<State*>(self)->cancelled() ? 1 : 0; }

  template <typename Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle.get(), option, value);
  }
};

Transfer::Transfer(const std::string& url, const Cancelled& cancelled) : state_(std::make_unique<State>()) {
  initialize();
  state_->handle.reset(curl_easy_init());
  if (!state_->handle) throw std::bad_alloc();
  state_->cancelled = cancelled;
  state_->set(CURLOPT_URL, url.c_str());
  state_->set(CURLOPT_PROTOCOLS_STR, kProtocols);
  state_->set(CURLOPT_NOSIGNAL, 1L);
  state_->set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::chrono::milliseconds(kPatience).count()));
  state_->set(CURLOPT_ERRORBUFFER, state_->error.data());
  state_->set(CURLOPT_WRITEFUNCTION, drop);
  state_->set(CURLOPT_NOPROGRESS, 0L);
  state_->set(CURLOPT_XFERINFOFUNCTION, State::look);
  state_->set(CURLOPT_XFERINFODATA, state_.get());
}

Transfer::~Transfer() = default;

void Transfer::post(std::string body, const std::vector<std::string>& headers) {
  state_->body = std::move(body);
  for (const std::string& header : headers) append(state_->headers, header);
  state_->set(CURLOPT_HTTPHEADER, state_->headers.get());
  state_->set(CURLOPT_USERAGENT, ("loads/" + std::string(version())).c_str());
  state_->set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(state_->body.size()));
  state_->set(CURLOPT_POSTFIELDS, state_->body.data());
}

void Transfer::mail(const std::string& sender, const std::vector<std::string>& recipients, std::string text) {
  state_->body = std::move(text);
  for (const std::string& recipient : recipients) append(state_->recipients, recipient);
  state_->set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
  state_->set(CURLOPT_MAIL_FROM, sender.c_str());
  state_->set(CURLOPT_MAIL_RCPT, state_->recipients.get());
  state_->set(CURLOPT_UPLOAD, 1L);
  state_->set(CURLOPT_READFUNCTION, State::read);
  state_->set(CURLOPT_READDATA, state_.get());
}

std::string Transfer::run() {
  const CURLcode result = curl_easy_perform(state_->handle.get());
  if (result == CURLE_OK) return {};
  return state_->error[0] != '\0' ? state_->error.data() : curl_easy_strerror(result);
}

long Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(state_->handle.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

Place place_of(const std::string& text) {
  initialize();
  const std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> url(curl_url(), curl_url_cleanup);
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return {};
  Place place{part(url.get(), CURLUPART_SCHEME), part(url.get(), CURLUPART_HOST), part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  const bool known = place.scheme == "http" || place.scheme == "https" || place.scheme == "smtp" || place.scheme == "smtps";
  return known ? place : Place{};
}

std::string mail_url(const std::string& server) { return server.find("://") == std::string::npos ? "smtp://" + server : server; }

}  // namespace loads::observer
