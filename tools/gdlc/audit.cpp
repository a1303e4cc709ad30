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
#include <set>
#include <stdexcept>
#include <vector>

#include "common.h"
#include "programs.h"
#include "raw_json.h"
#include "run_limits.h"
#include "utf8.h"

namespace gdlc {

using nlohmann::json;

namespace {

constexpr const char* kRecordVersion = "1";

gdlrt_program_info about(const gdlrt_program* program) {
  gdlrt_program_info info{};
  info.size = sizeof info;
  (void)gdlrt_program_about(program, &info);
  return info;
}

/// A hash as a record has it.
constexpr std::string_view kHashKind = "sha256:";
std::string written(const std::uint8_t* bytes) {
  std::string out(kHashKind);
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

/// The members of an object that is valid JSON and has none twice, each as it is written but for space.
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

/// Why a record is not whole.
using NotWhole = std::invalid_argument;

/// The line as JSON; discarded if it is none. Throws where a member stands in it twice, of which a reader sees one only, or
/// where it is nested deeper than a record of a case can be: what reads it below calls itself for what is inside.
json parsed(const std::string& line) {
  constexpr std::size_t kDepth = gdlrt::limits::case_depth + 1;
  if (line.find('\0') != std::string::npos)
    return json(json::value_t::discarded);               // an end, to the library
  std::vector<std::set<std::string>> names(kDepth + 1);  // of the objects that are open
  std::string twice;
  bool deep = false;
  json all = json::parse(
      line,
      [&](int depth, json::parse_event_t event, const json& value) {
        const auto level = static_cast<std::size_t>(depth);
        if (event == json::parse_event_t::object_start ||
            event == json::parse_event_t::array_start) {
          deep = deep || level >= kDepth;
          if (level >= kDepth) return false;
          names[level + 1].clear();
        }
        if (event == json::parse_event_t::key && level <= kDepth &&
            !names[level].insert(value.get<std::string>()).second && twice.empty()) {
          twice = value.get<std::string>();
        }
        return true;
      },
      false);
  if (all.is_discarded()) return all;
  if (deep) throw NotWhole(fmt::format("it is nested deeper than {}", kDepth));
  if (!twice.empty()) throw NotWhole(fmt::format("`{}` stands in it twice", twice));
  return all;
}

/// Throws unless an object has these members and no other: what is not known may change what was asked.
void only(const json& object, const std::vector<const char*>& names) {
  for (const char* name : names) {
    if (!object.contains(name)) throw NotWhole(fmt::format("it has no `{}`", name));
  }
  if (object.size() != names.size()) throw NotWhole("it has members that no record has");
}

/// A text as a record has it: a string, or an object with its bytes where it is no UTF-8. Throws where it is neither.
std::string text_of(const json& value) {
  if (!value.is_object()) return value.get<std::string>();
  only(value, {"bytes"});
  const std::string digits = value["bytes"].get<std::string>();
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const char* end = digits.data() + std::min(i + 2, digits.size());
    if (std::from_chars(digits.data() + i, end, byte, 16).ptr != digits.data() + i + 2) {
      throw NotWhole("its bytes are none");
    }
    out += static_cast<char>(byte);
  }
  return out;
}

/// Throws, too, where the text is none that the runtime can have been given: it ends at a zero byte.
std::optional<std::string> optional_text(const json& value) {
  if (value.is_null()) return std::nullopt;
  std::string out = text_of(value);
  if (out.find('\0') != std::string::npos) throw NotWhole("it has an option with a zero byte");
  return out;
}

/// Throws where it is no number of steps, which is whole and has 64 bits. The library would make one of any number.
std::uint64_t steps_of(const json& value) {
  if (!value.is_number_unsigned()) throw NotWhole("its `steps` are no number of steps");
  return value.get<std::uint64_t>();
}

/// Throws where it is none.
std::string hash_in(const json& value) {
  std::string out = value.get<std::string>();
  if (!out.starts_with(kHashKind) || out.size() != kHashKind.size() + 2 * std::tuple_size_v<Hash> ||
      out.find_first_not_of("0123456789abcdef", kHashKind.size()) != std::string::npos) {
    throw NotWhole("it has a hash that is none");
  }
  return out;
}

/// Throws where it is none.
std::string version_in(const json& value) {
  std::string out = value.get<std::string>();
  if (out.empty() || out.find_first_not_of("0123456789.") != std::string::npos) {
    throw NotWhole("its `runtime` is no version");
  }
  return out;
}

Record read(const std::string& line, const gdlrt_program* program) {
  Record r;
  try {
    json all = parsed(line);
    if (!all.is_object() || !all.contains("audit")) {
      r.problem = "this is no audit record";
      return r;
    }
    std::map<std::string, std::string> parts = members(line);
    if (parts.at("audit") != kRecordVersion) {
      r.problem = "an audit record of a version that this gdlc does not know";
      return r;
    }
    const bool answered = all.contains("answer");
    if (answered && all.contains("problems")) throw NotWhole("it has both `answer` and `problems`");
    only(all, {"audit", "runtime", "program", "options", "case", answered ? "answer" : "problems"});
    const json& p = all["program"];
    only(p, {"name", "version", "source_hash", "file_hash"});
    const std::string name = p["name"].get<std::string>();
    const std::string version = p["version"].get<std::string>();
    const std::string source = hash_in(p["source_hash"]);
    r.file_hash = hash_in(p["file_hash"]);
    r.runtime = version_in(all["runtime"]);
    const gdlrt_program_info mine = about(program);
    if (source != written(mine.source_hash)) {
      r.problem =
          fmt::format("recorded with another program: {} {}, source {}", name, version, source);
      return r;
    }
    if (name != mine.name || version != mine.version) {
      r.problem = fmt::format("the record says {} {}, but its source is that of {} {}", name,
                              version, mine.name, mine.version);
      return r;
    }
    const json& o = all["options"];
    only(o, {"audience", "locale", "steps", "explain"});
    r.audience = optional_text(o["audience"]);
    r.locale = optional_text(o["locale"]);
    r.options.size = sizeof r.options;
    r.options.steps = steps_of(o["steps"]);
    r.options.explain = o["explain"].get<bool>() ? 1 : 0;
    // A case that was answered stands there itself; one that was refused as a text.
    r.text = answered ? parts.at("case") : text_of(all["case"]);
    r.outcome = outcome(parts);
  } catch (const NotWhole& e) {
    r.problem = fmt::format("an audit record that is not whole: {}", e.what());
  } catch (const json::exception&) {
    r.problem = "an audit record that is not whole: a member has a value of another kind";
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

bool came_out(const Evaluated& e) {
  if (e.status == GDLRT_OK || e.status == GDLRT_BAD_CASE) return true;
  fmt::print(stderr,
             "gdlc: the evaluation failed: not enough memory, or an answer beyond its limit "
             "(answer_bytes)\n");
  return false;
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
  std::size_t other_files = 0;  // of the records that gave the same
  const std::string mine = written(hash.data());
  for (std::string line; std::getline(in, line);) {
    ++number;
    Record r = read(line, program);
    std::string why = r.problem;
    std::size_t verdict = 2;
    bool other_file = false;
    bool other_runtime = false;
    if (why.empty()) {
      r.options.audience = r.audience.has_value() ? r.audience->c_str() : nullptr;
      r.options.locale = r.locale.has_value() ? r.locale->c_str() : nullptr;
      Evaluated e = audit(program, hash, r.text, r.options);
      if (!came_out(e)) return 2;
      std::map<std::string, std::string> again = members(e.record);
      std::string now = outcome(again);
      verdict = now == r.outcome ? 0 : 1;
      other_file = r.file_hash != mine;
      other_runtime = again.at("runtime") != json(r.runtime).dump();
      auto also = [&](const std::string& what) { why += (why.empty() ? "" : "; ") + what; };
      if (verdict == 1) also(difference(r.outcome, now));
      if (other_file) {
        also(fmt::format("the program file is another one: {} is on record", r.file_hash));
      }
      if (other_runtime) also(fmt::format("recorded with runtime {}", r.runtime));
      if (verdict == 0 && other_file) ++other_files;
    }
    ++counts[verdict];
    if (s.format == "json") {
      json o = {{"line", number}, {"replay", names[verdict]}};
      if (other_file) o["other_file"] = r.file_hash;
      if (other_runtime) o["other_runtime"] = r.runtime;
      if (!why.empty()) o["message"] = why;
      fmt::print("{}\n", o.dump());
    } else if (!why.empty()) {
      fmt::print("{}:{}: {}: {}\n", s.replay, number, names[verdict], printable(why));
    }
  }
  if (in.bad()) {
    fmt::print(stderr, "gdlc: cannot read `{}`: {}\n", s.replay, std::strerror(errno));
    return 2;
  }
  if (s.format == "json") {
    json summary = {{"same", counts[0]},
                    {"different", counts[1]},
                    {"not_replayed", counts[2]},
                    {"other_file", other_files}};
    fmt::print("{}\n", json{{"summary", summary}}.dump());
  } else {
    const std::string others =
        other_files == 0 ? "" : fmt::format(" ({} of another program file)", other_files);
    fmt::print("{} record{}: {} same{}, {} different, {} not replayed\n", number,
               number == 1 ? "" : "s", counts[0], others, counts[1], counts[2]);
  }
  if (number == 0) fmt::print(stderr, "gdlc: `{}` has no records\n", s.replay);
  return number > 0 && counts[0] == number && other_files == 0 ? 0 : 1;
}

}  // namespace gdlc
