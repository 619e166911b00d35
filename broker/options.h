#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "broker/web/address.h"
#include "common/environment.h"
#include "observer/observers.h"
#include "proto/wire/endpoints.h"

namespace loads::broker {

// What loads-broker was asked for, with every default filled in. A pure value.
struct Options {
  wire::Endpoints endpoints;
  std::string state;  // folder; empty: the default
  std::string keys;   // folder; empty: the default
  bool insecure = false;
  std::string log_file;
  bool debug = false;
  std::uint32_t local_agents = 0;
  std::optional<web::Address> web;  // nothing: no web server
  std::size_t keep_runs = 100;
  observer::Given observers;                 // that are told of every run's end
  observer::AllowedHosts allowed_observers;  // of consoles

  bool check = false;
  std::vector<std::string> import_spool;  // agents' state folders
  bool keygen = false;
  std::vector<std::string> enroll;  // role and name
  std::string revoke;
  std::vector<std::string> notices;  // options that were accepted without effect
};

// Prints --help or --version and gives nothing; throws loads::Failure(exit_code::usage) for what makes no sense.
std::optional<Options> read_options(const std::vector<std::string>& arguments, const Environment& environment);

// Where the keys are: --keys, or the default. Not looked for before it is needed, since a broker without tcp needs neither keys nor a home.
std::filesystem::path keys_folder(const Options& options, const Environment& environment);

}  // namespace loads::broker
