#include "engine/session/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <initializer_list>
#include <stdexcept>

#include "engine/message/ascii.h"

namespace loads::session {
namespace {

struct Algorithm {
  std::string_view name;
  const char* hash;
};
constexpr std::array<Algorithm, 3> kAlgorithms{{{"MD5", "MD5"}, {"SHA-256", "SHA256"}, {"SHA-512-256", "SHA512-256"}}};
constexpr std::string_view kSession = "-sess";

// OpenSSL's name of the hash; null for an algorithm that nobody here speaks.
const char* find_hash(std::string_view name) {
  for (const Algorithm& known : kAlgorithms) {
    if (message::equal_ignoring_case(name, known.name)) return known.hash;
  }
  return nullptr;
}

bool ends_with_session(std::string_view name) {
  return name.size() > kSession.size() && message::equal_ignoring_case(name.substr(name.size() - kSession.size()), kSession);
}

// Of the parts with colons between them, in hexadecimal digits.
std::string hash_of(const char* name, std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part).append(1, ':');
  text.pop_back();
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, name, nullptr, text.data(), text.size(), bytes.data(), &size) != 1) {
    ERR_clear_error();
    throw std::runtime_error("the hash " + std::string(name) + " of digest authentication is switched off in this system's OpenSSL");
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out.append(1, kDigits[bytes[i] >> 4U]).append(1, kDigits[bytes[i] & 15U]);
  return out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::optional<Digest> Digest::of(const std::vector<Challenge>& challenges) {
  for (const Challenge& challenge : challenges) {
    if (challenge.scheme != "digest" || challenge.get("nonce").empty()) continue;
    Digest digest;
    digest.algorithm_ = challenge.get("algorithm");
    std::string_view name = digest.algorithm_.empty() ? "MD5" : std::string_view(digest.algorithm_);
    digest.session_ = ends_with_session(name);
    if (digest.session_) name.remove_suffix(kSession.size());
    digest.hash_ = find_hash(name);
    const std::string_view qop = challenge.get("qop");
    digest.counted_ = lists(qop, "auth");
    if (digest.hash_ == nullptr || (!qop.empty() && !digest.counted_)) continue;
    digest.realm_ = challenge.get("realm");
    digest.nonce_ = challenge.get("nonce");
    digest.opaque_ = challenge.get("opaque");
    digest.hides_user_ = message::equal_ignoring_case(challenge.get("userhash"), "true");
    digest.stale_ = message::equal_ignoring_case(challenge.get("stale"), "true");
    return digest;
  }
  return std::nullopt;
}

std::string Digest::answer(std::string_view user, std::string_view password, std::string_view method, std::string_view uri,
                           std::string_view cnonce) {
  std::array<char, 9> count{};
  std::snprintf(count.data(), count.size(), "%08x", ++uses_);
  std::string secret = hash_of(hash_, {user, realm_, password});
  if (session_) secret = hash_of(hash_, {secret, nonce_, cnonce});
  const std::string what = hash_of(hash_, {method, uri});
  const std::string response =
      counted_ ? hash_of(hash_, {secret, nonce_, count.data(), cnonce, "auth", what}) : hash_of(hash_, {secret, nonce_, what});

  std::string out = "Digest username=" + quote(hides_user_ ? hash_of(hash_, {user, realm_}) : std::string(user));
  out += ", realm=" + quote(realm_) + ", nonce=" + quote(nonce_) + ", uri=" + quote(uri) + ", response=" + quote(response);
  if (!opaque_.empty()) out += ", opaque=" + quote(opaque_);
  if (!algorithm_.empty()) out += ", algorithm=" + algorithm_;
  if (counted_) out += ", qop=auth, nc=" + std::string(count.data());
  if (counted_ || session_) out += ", cnonce=" + quote(cnonce);
  if (hides_user_) out += ", userhash=true";
  return out;
}

}  // namespace loads::session
