// Audit records: see audit.h, and docs/cli.md for their members. The case of a record is its text, since only text keeps a
// number as it was said: the members of a record are taken out of the line as they stand there.
#include "audit.h"

#include <fmt/core.h>
#include <sha256.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>

#include "programs.h"
#include "raw_json.h"

namespace gdlc {

using nlohmann::json;

namespace {

constexpr int kRecordVersion = 1;

gdlrt_program_info about(const gdlrt_program* program) {
  gdlrt_program_info info{};
  info.size = sizeof info;
  (void)gdlrt_program_about(program, &info);
  return info;
}

std::string hex(const std::uint8_t* bytes, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

std::string version(std::uint32_t v) {
  return fmt::format("{}.{}.{}", v / 10000, v / 100 % 100, v % 100);
}

/// JSON without the space between its tokens.
std::string compact(const std::string& text) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (quoted && c == '\\') {
      out += c;
      c = text[++i];
    } else if (c == '"') {
      quoted = !quoted;
    }
    if (quoted || (c != ' ' && c != '\t' && c != '\n' && c != '\r')) out += c;
  }
  return out;
}

/// The members of an object that is valid JSON, each as it is written but for space.
std::map<std::string, std::string> members(const std::string& text) {
  std::map<std::string, std::string> out;
  (void)each_member(text.data(), text.data() + text.size(), [&](const Member& m) {
    const std::string name(m.name - 1, m.name_size + 2);  // with its quotes
    out[json::parse(name).get<std::string>()] = compact(std::string(m.value()));
  });
  return out;
}

/// The problems, one JSON line each, as a list.
std::string listed(const std::string& lines) {
  std::string out = lines;
  while (!out.empty() && out.back() == '\n') out.pop_back();
  for (char& c : out) {
    if (c == '\n') c = ',';
  }
  return "[" + out + "]";
}

/// What an evaluation gave, as the record's members say it: neither has line breaks.
std::string outcome(const Evaluated& e) {
  if (e.status != GDLRT_OK) return "\"problems\":" + listed(e.problems);
  return "\"answer\":" + e.answer.substr(0, e.answer.find_last_not_of('\n') + 1);
}

/// The first place in which two documents differ, and both values there.
std::string difference(const std::string& before, const std::string& now) {
  json a = json::parse("{" + before + "}");
  json b = json::parse("{" + now + "}");
  json patch = json::diff(a, b);
  if (patch.empty()) return "the same values in other words";
  json::json_pointer at(patch[0]["path"].get<std::string>());
  auto shown = [&](const json& of) {
    std::string text = of.contains(at) ? of[at].dump() : "nothing";
    return text.size() > 200 ? text.substr(0, 200) + "..." : text;
  };
  return fmt::format("at {}: was {}, is {}", at.to_string(), shown(a), shown(b));
}

/// One record read again.
struct Record {
  std::string problem;  ///< why it cannot be replayed, or empty
  std::string text;     ///< the case
  std::string outcome;
  std::string runtime;
  std::optional<std::string> audience, locale;
  gdlrt_eval_options options{};
};

std::optional<std::string> optional_text(const json& o, const char* key) {
  if (!o.contains(key) || o[key].is_null()) return std::nullopt;
  return o[key].get<std::string>();
}

Record read(const std::string& line, const gdlrt_program* program) {
  Record r;
  json all = json::parse(line, nullptr, false);
  if (!all.is_object() || !all.contains("audit")) {
    r.problem = "this is no audit record";
    return r;
  }
  if (all["audit"] != kRecordVersion) {
    r.problem = "an audit record of a version that this gdlc does not know";
    return r;
  }
  try {
    const json& p = all.at("program");
    std::string mine = "sha256:" + hex(about(program).source_hash, 32);
    if (p.at("source_hash") != mine) {
      r.problem = fmt::format("recorded with another program: {} {}, source {}",
                              p.at("name").get<std::string>(), p.at("version").get<std::string>(),
                              p.at("source_hash").get<std::string>());
      return r;
    }
    r.runtime = all.at("runtime").get<std::string>();
    const json& o = all.at("options");
    r.audience = optional_text(o, "audience");
    r.locale = optional_text(o, "locale");
    r.options.size = sizeof r.options;
    r.options.steps = o.at("steps").get<std::uint64_t>();
    r.options.explain = o.at("explain").get<bool>() ? 1 : 0;
    std::map<std::string, std::string> parts = members(line);
    r.text = all.at("case").is_string() ? all["case"].get<std::string>() : parts.at("case");
    const char* which = all.contains("answer") ? "answer" : "problems";
    r.outcome = fmt::format("\"{}\":{}", which, parts.at(which));
  } catch (const std::exception&) {
    r.problem = "an audit record that is not whole";
  }
  return r;
}

}  // namespace

Evaluated evaluate(const gdlrt_program* program, const std::string& text,
                   const gdlrt_eval_options& options) {
  Evaluated out;
  out.status = gdlrt_evaluate_json(program, text.data(), text.size(), &options, append, &out.answer,
                                   append, &out.problems);
  return out;
}

gdlrt_eval_options eval_options(const Settings& s) {
  gdlrt_eval_options options{};
  options.size = sizeof options;
  options.audience = s.audience.empty() ? nullptr : s.audience.c_str();
  options.locale = s.locale.empty() ? nullptr : s.locale.c_str();
  options.steps = s.steps;
  options.explain = s.explain ? 1 : 0;
  return options;
}

std::string hash_of(const void* bytes, std::size_t size) {
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, static_cast<const std::uint8_t*>(bytes), size);
  std::uint8_t digest[32];
  SHA256Final(digest, &context);
  return "sha256:" + hex(digest, sizeof digest);
}

std::string audit_line(const gdlrt_program* program, const std::string& file_hash,
                       const gdlrt_eval_options& options, const std::string& text,
                       const Evaluated& e) {
  gdlrt_program_info info = about(program);
  auto quoted = [](const char* t) { return t == nullptr ? "null" : json(t).dump(); };
  // A case that is refused stands there as text: its problems name places in it.
  std::string given = e.status == GDLRT_OK
                          ? compact(text)
                          : json(text).dump(-1, ' ', true, json::error_handler_t::replace);
  return fmt::format(
      "{{\"audit\":{},\"runtime\":\"{}\",\"program\":{{\"name\":{},\"version\":{},"
      "\"source_hash\":\"sha256:{}\",\"file_hash\":\"{}\"}},\"options\":{{\"audience\":{},"
      "\"locale\":{},\"steps\":{},\"explain\":{}}},\"case\":{},{}}}\n",
      kRecordVersion, version(gdlrt_version()), quoted(info.name), quoted(info.version),
      hex(info.source_hash, 32), file_hash, quoted(options.audience), quoted(options.locale),
      options.steps, options.explain != 0, given, outcome(e));
}

int replay(const Settings& s, const gdlrt_program* program, const std::string& file_hash) {
  std::ifstream file;
  if (s.replay != "-") {
    file.open(s.replay, std::ios::binary);
    if (!file) {
      fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.replay, std::strerror(errno));
      return 2;
    }
  }
  std::istream& in = s.replay == "-" ? std::cin : file;
  std::size_t counts[3] = {};
  const char* const names[3] = {"same", "different", "not replayed"};
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    Record r = read(line, program);
    std::string why = r.problem;
    std::size_t verdict = 2;
    if (why.empty()) {
      r.options.audience = r.audience.has_value() ? r.audience->c_str() : nullptr;
      r.options.locale = r.locale.has_value() ? r.locale->c_str() : nullptr;
      Evaluated e = evaluate(program, r.text, r.options);
      if (e.status != GDLRT_OK && e.status != GDLRT_BAD_CASE) {
        fmt::print(stderr, "gdlc: the evaluation failed: not enough memory\n");
        return 2;
      }
      std::string now = outcome(e);
      verdict = compact(now) == r.outcome ? 0 : 1;
      if (verdict == 1) {
        why = difference(r.outcome, now);
        if (r.runtime != version(gdlrt_version())) {
          why += fmt::format(" (recorded with runtime {})", r.runtime);
        }
        std::string made = json::parse(line)["program"].value("file_hash", "");
        if (made != file_hash) why += " (recorded with another build of this source)";
      }
    }
    ++counts[verdict];
    if (s.format == "json") {
      json o = {{"line", number}, {"replay", names[verdict]}};
      if (!why.empty()) o["message"] = why;
      fmt::print("{}\n", o.dump());
    } else if (verdict != 0) {
      fmt::print("{}:{}: {}: {}\n", s.replay, number, names[verdict], why);
    }
  }
  if (in.bad()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.replay, std::strerror(errno));
    return 2;
  }
  if (s.format == "json") {
    json summary = {{"same", counts[0]}, {"different", counts[1]}, {"not_replayed", counts[2]}};
    fmt::print("{}\n", json{{"summary", summary}}.dump());
  } else {
    fmt::print("{} record{}: {} same, {} different, {} not replayed\n", number,
               number == 1 ? "" : "s", counts[0], counts[1], counts[2]);
  }
  if (number == 0) fmt::print(stderr, "gdlc: `{}` has no records\n", s.replay);
  return number > 0 && counts[0] == number ? 0 : 1;
}

}  // namespace gdlc
