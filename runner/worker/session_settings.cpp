#include "runner/worker/session_settings.h"

namespace loads::runner {

proto::SessionSettings to_proto(const session::ConversationSettings& settings) {
  proto::SessionSettings out;
  if (settings.netrc != nullptr) out.netrc = settings.netrc->text();
  if (settings.max_redirects != session::ConversationSettings{}.max_redirects) out.max_redirects = settings.max_redirects;
  return out;
}

session::ConversationSettings from_proto(const proto::SessionSettings& settings) {
  session::ConversationSettings out;
  if (!settings.netrc.empty()) out.netrc = std::make_shared<const session::Netrc>(session::Netrc::parse(settings.netrc, ".netrc"));
  if (settings.max_redirects) out.max_redirects = *settings.max_redirects;
  return out;
}

}  // namespace loads::runner
