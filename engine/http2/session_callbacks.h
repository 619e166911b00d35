#pragma once

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>

#include "engine/http2/session.h"

namespace loads::http2 {

inline void check(int outcome) {
  if (outcome == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
}

inline std::string_view text(const std::uint8_t* bytes, std::size_t size) { return {reinterpret_cast<const char*>(bytes), size}; }

// What nghttp2 tells a session of the bytes that it is given. Nothing here suspends or throws.
struct Session::Callbacks {
  static Session& session(void* user) { return *static_cast<Session*>(user); }
  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* header, void* user);
  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* user);
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* data, std::size_t size, void* user);
  static int on_frame_received(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_invalid_frame(nghttp2_session*, const nghttp2_frame* frame, int, void* user);
  static int on_frame_sent(nghttp2_session*, const nghttp2_frame* frame, void* user);
  static int on_frame_not_sent(nghttp2_session*, const nghttp2_frame* frame, int why, void* user);
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* user);
  static ssize_t read_body(nghttp2_session*, std::int32_t, std::uint8_t* buffer, std::size_t size, std::uint32_t* flags,
                           nghttp2_data_source* source, void* user);
  static ssize_t read_source(Session& self, Stream& stream, std::span<char> buffer, std::uint32_t* flags);
  static nghttp2_session_callbacks* table();
  static nghttp2_session_callbacks* make_table();
  static nghttp2_option* options();
  static nghttp2_option* make_options();
};

}  // namespace loads::http2
