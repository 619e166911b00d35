"""Who may include whom: the rules of ARCHITECTURE.md as data. includes.py applies them."""

import re

# A folder and the folders of the tree that it may include beside itself. The longest folder that a file lies in decides.
LAYERS = {
    "common": [],
    "common/metrics": ["common"],
    "common/plan": ["common"],
    "common/thresholds": ["common/metrics", "common"],
    "common/compare": ["common/thresholds", "common/metrics", "common"],
    "proto": ["common"],
    "engine": ["common"],
    "engine/fiber": ["common"],
    "engine/coding": ["engine/include", "common"],
    "engine/message": ["engine/coding", "engine/include", "common"],
    "engine/net": ["engine/dns", "engine/tls", "engine/fiber", "engine/include", "common"],
    "engine/http2": ["engine/message", "engine/net", "engine/fiber", "engine/include", "common"],
    "engine/http": ["engine/http2", "engine/message", "engine/net", "engine/tls", "engine/dns", "engine/fiber", "engine/coding", "engine/include", "common"],
    "observer": ["proto", "common"],
    "agent": ["proto", "common"],
    "broker": ["observer", "proto", "common"],
    "broker/web": ["common"],
    "broker/metrics": ["proto", "common"],
    "runner": ["engine", "observer", "proto", "common"],
    "python": ["runner", "engine", "proto", "common"],
    "examples/target": ["common"],
    "examples": ["engine"],
}

# Folders of which `common` at large means the files directly in it: metrics, plan and thresholds know nothing of each other's I/O.
PURE = {"common/metrics": ["common"], "common/plan": ["common"], "common/thresholds": ["common", "common/metrics"],
        "common/compare": ["common", "common/metrics", "common/thresholds"]}
IMPURE_HEADERS = re.compile(r"^(sys/|netinet/|arpa/|unistd\.h|fcntl\.h|fstream|iostream|filesystem|thread|poll\.h)")

# A library and the only files that may include it.
HEAVY = {
    "Boost.Beast": (r"^boost/beast", r"^(engine/http|broker/web|examples/target)/|^engine/message/reason\.cpp$"),
    "Boost.Asio": (r"^boost/asio", r"^(engine/http|broker/web|examples/target)/"),
    "CLI11": (r"^CLI/", r"(^|/)options(/|\.(h|cpp)$)"),
    "spdlog": (r"^(spdlog|fmt)/", r"^common/log\.cpp$"),
    "nlohmann": (r"^nlohmann/", r"^runner/report/json[a-z_]*\.(h|cpp)$|^engine/json/|config[a-z_]*(/|\.(h|cpp)$)|^broker/|^observer/run_end\.cpp$"),
    "libcurl": (r"^curl/", r"^observer/"),
    "ZeroMQ": (r"^zmq", r"^proto/wire/"),
    "msgpack": (r"^msgpack", r"^proto/writer\.(h|cpp)$"),
    "SQLite": (r"^sqlite3", r"^broker/store/"),
    "systemd": (r"^systemd/", r"^common/notify\.(h|cpp)$"),
    "OpenSSL": (r"^openssl/", r"^(proto/bundle|engine/tls|examples/target)/|^engine/session/digest[a-z_]*\.cpp$|^engine/websocket/accept_key\.cpp$"),
    "nghttp2": (r"^nghttp2/", r"^engine/http2/"),
    "libpsl": (r"^libpsl", r"^engine/session/public_suffix\.cpp$"),
    "zlib": (r"^zlib", r"^(engine/coding|engine/websocket|examples/target)/|^runner/report/hlog\.cpp$"),
    "brotli": (r"^brotli/", r"^engine/coding/"),
    "zstd": (r"^zstd", r"^engine/coding/"),
    "gumbo": (r"^gumbo", r"^engine/html/"),
}

# What a test author's compiler has to find: the standard library, GoogleTest, and the public headers themselves.
PUBLIC = "engine/include/loads/"
PUBLIC_MAY_INCLUDE = re.compile(r"^([a-z_]+|(gtest|gmock)/[a-z/-]+\.h|loads/[a-z_]+\.h)$")
