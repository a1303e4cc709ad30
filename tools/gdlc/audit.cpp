// Audit records: see audit.h, and docs/cli.md for their members. They are written by the runtime. To replay one its members
// are taken out of the line as they stand there, since only text keeps a number as it was said.
#include "audit.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>

#include "programs.h"
#include "raw_json.h"
#include "utf8.h"

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

/// Of a hash.
std::string hex(const std::uint8_t* bytes) {
  std::string out;
  for (std::size_t i = 0; i < std::tuple_size_v<Hash>; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
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

/// The first place in which two documents differ, and both values there.
std::string difference(const std::string& before, const std::string& now) {
  json a = json::parse("{" + before + "}");
  json patch = json::diff(a, json::parse("{" + now + "}"));
  if (patch.empty()) return "the same values in other words";
  const json& first = patch[0];
  json::json_pointer at(first["path"].get<std::string>());
  auto shown = [](const json& value) {
    constexpr std::size_t kShown = 200;
    std::string text = value.dump();
    if (text.size() <= kShown) return text;
    return text.substr(0, gdlrt::utf8_prefix(text.data(), text.size(), kShown)) + "...";
  };
  return fmt::format("at {}: was {}, is {}", at.to_string(),
                     a.contains(at) ? shown(a[at]) : "nothing",
                     first.contains("value") ? shown(first["value"]) : "nothing");
}

/// The member of a record that says what came out, with its name.
std::string outcome(const std::map<std::string, std::string>& record) {
  const char* which = record.count("answer") != 0 ? "answer" : "problems";
  return fmt::format("\"{}\":{}", which, record.at(which));
}

/// One record read again.
struct Record {
  std::string problem;  ///< why it cannot be replayed, or empty
  std::string text;     ///< the case
  std::string outcome;
  std::string runtime, file_hash;
  std::optional<std::string> audience, locale;
  gdlrt_eval_options options{};
};

/// A text as a record has it: a string, or an object with its bytes where it is no UTF-8. Throws where it is neither.
std::string text_of(const json& value) {
  if (!value.is_object()) return value.get<std::string>();
  const std::string digits = value.at("bytes").get<std::string>();
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const char* end = digits.data() + std::min(i + 2, digits.size());
    if (std::from_chars(digits.data() + i, end, byte, 16).ptr != digits.data() + i + 2) {
      throw std::invalid_argument("no bytes");
    }
    out += static_cast<char>(byte);
  }
  return out;
}

/// Throws, too, where the text is none that the runtime can have been given: it ends at a zero byte.
std::optional<std::string> optional_text(const json& value) {
  if (value.is_null()) return std::nullopt;
  std::string out = text_of(value);
  if (out.find('\0') != std::string::npos) throw std::invalid_argument("a zero byte");
  return out;
}

/// Throws where it is no number of steps, which is whole and has 64 bits. The library would make one of any number.
std::uint64_t steps_of(const json& value) {
  if (!value.is_number_unsigned()) throw std::invalid_argument("no number of steps");
  return value.get<std::uint64_t>();
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
    std::string mine = "sha256:" + hex(about(program).source_hash);
    if (p.at("source_hash") != mine) {
      r.problem = fmt::format("recorded with another program: {} {}, source {}",
                              p.at("name").get<std::string>(), p.at("version").get<std::string>(),
                              p.at("source_hash").get<std::string>());
      return r;
    }
    r.runtime = all.at("runtime").get<std::string>();
    r.file_hash = p.value("file_hash", "");
    const json& o = all.at("options");
    r.audience = optional_text(o.at("audience"));
    r.locale = optional_text(o.at("locale"));
    r.options.size = sizeof r.options;
    r.options.steps = steps_of(o.at("steps"));
    r.options.explain = o.at("explain").get<bool>() ? 1 : 0;
    std::map<std::string, std::string> parts = members(line);
    // A case that was answered stands there itself; one that was refused as a text.
    r.text = all.contains("answer") ? parts.at("case") : text_of(all.at("case"));
    r.outcome = outcome(parts);
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

Evaluated audit(const gdlrt_program* program, const Hash& hash, const std::string& text,
                const gdlrt_eval_options& options) {
  Evaluated out;
  out.status = gdlrt_audit_json(program, hash.data(), text.data(), text.size(), &options, append,
                                &out.record, append, &out.answer, append, &out.problems);
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

Hash hash_of(const gdlrt_program* program) {
  Hash hash{};
  (void)gdlrt_program_hash(program, hash.data());
  return hash;
}

int replay(const Settings& s, const gdlrt_program* program) {
  const Hash hash = hash_of(program);
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
      Evaluated e = audit(program, hash, r.text, r.options);
      if (e.status != GDLRT_OK && e.status != GDLRT_BAD_CASE) {
        fmt::print(stderr, "gdlc: the evaluation failed: not enough memory\n");
        return 2;
      }
      std::map<std::string, std::string> again = members(e.record);
      std::string now = outcome(again);
      verdict = now == r.outcome ? 0 : 1;
      if (verdict == 1) {
        why = difference(r.outcome, now);
        if (again.at("runtime") != json(r.runtime).dump()) {
          why += fmt::format(" (recorded with runtime {})", r.runtime);
        }
        if (r.file_hash != "sha256:" + hex(hash.data())) {
          why += " (recorded with another build of this source)";
        }
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
