// A value of a case's JSON said again through the calls of gdlrt.h, each form by the call that is for it.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "gdlrt/gdlrt.h"

namespace gdl::test {

/// Numbers keep their text: JSON in which they stand in quotes behind this mark.
inline std::string marked(const std::string& json) {
  std::string out;
  bool quoted = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    char c = json[i];
    if (quoted && c == '\\') out += c, c = json[++i];
    if (c == '"') quoted = !quoted;
    bool number = !quoted && (c == '-' || (c >= '0' && c <= '9'));
    if (!number) {
      out += c;
      continue;
    }
    std::size_t end = json.find_first_not_of("0123456789.eE+-", i);
    if (end == std::string::npos) end = json.size();
    out += "\"#" + json.substr(i, end - i) + "\"";
    i = end - 1;
  }
  return out;
}

class Said {
 public:
  Said(const gdlrt_program* program, gdlrt_case* c) : p_(program), c_(c) {}

  /// By index where `odd` (values, elements, scaled numbers), else by name and text.
  gdlrt_status value(const std::string& name, const std::string& text, bool odd) {
    nlohmann::json v = nlohmann::json::parse(marked(text));
    fact_ = gdlrt_program_find(p_, GDLRT_FACTS, name.c_str());
    REQUIRE(fact_ != GDLRT_NONE);
    odd_ = odd;
    gdlrt_fact f{};
    f.size = sizeof f;
    REQUIRE(gdlrt_program_fact(p_, fact_, &f) == GDLRT_OK);
    if (v.is_null()) return gdlrt_case_set_unknown(c_, fact_);
    if (f.kind == GDLRT_SET) return set(v, f.values);
    if (v.is_boolean()) {
      return odd ? gdlrt_case_set_value(c_, fact_, v.get<bool>() ? 1 : 0)
                 : gdlrt_case_set_boolean(c_, fact_, v.get<bool>() ? 1 : 0);
    }
    bool numeric = f.kind == GDLRT_INTEGER || f.kind == GDLRT_DECIMAL;
    if (numeric && (v.is_string() || v.contains("value"))) {
      gdlrt_narrowing n = bound(v, GDLRT_IN, 0);
      return n.text == nullptr ? gdlrt_case_set_scaled(c_, fact_, n.mantissa, n.exponent, n.unit)
                               : gdlrt_case_set_number(c_, fact_, n.text, n.unit);
    }
    if (v.is_string()) {
      std::string word = v.get<std::string>();
      return odd ? gdlrt_case_set_value(c_, fact_,
                                        gdlrt_program_find_value(p_, fact_, word.c_str()))
                 : gdlrt_case_set_name(c_, fact_, word.c_str());
    }
    std::vector<gdlrt_narrowing> list;
    std::uint32_t piece = 0;
    for (auto& [key, m] : v.items()) {
      std::uint32_t how = 0;
      while (how < 6 && key != kWords[how]) ++how;
      REQUIRE(how < 6);
      if (how > GDLRT_NOT || !m.is_array()) {
        list.push_back(bound(m, how, 0));
        continue;
      }
      for (auto& item : m) {
        if (!item.is_object() || item.contains("value")) {
          list.push_back(bound(item, how, 0));
          continue;
        }
        ++piece;
        for (auto& [side, end] : item.items()) {
          std::uint32_t which = 0;
          while (side != kWords[which]) ++which;
          list.push_back(bound(end, which, piece));
        }
      }
    }
    return gdlrt_case_narrow(c_, fact_, list.data(), list.size());
  }

 private:
  static constexpr const char* kWords[] = {"in", "not", "below", "at_most", "above", "at_least"};

  /// A decimal of few digits as mantissa and exponent.
  static bool scale(const std::string& text, std::int64_t& mantissa, std::int32_t& exponent) {
    std::string digits;
    exponent = 0;
    bool point = false;
    for (char c : text) {
      if (c == '.') {
        point = true;
        continue;
      }
      if (c != '-' && (c < '0' || c > '9')) return false;
      if (point) --exponent;
      digits += c;
    }
    if (digits.size() > 17) return false;
    mantissa = std::stoll(digits);
    return true;
  }
  gdlrt_narrowing bound(const nlohmann::json& v, std::uint32_t how, std::uint32_t piece) {
    gdlrt_narrowing n{sizeof n, how, piece, nullptr, 0, 0, nullptr};
    const nlohmann::json& value = v.is_object() ? v["value"] : v;
    if (v.is_object() && v.contains("unit")) n.unit = keep(v["unit"].get<std::string>());
    if (value.is_boolean()) {
      n.mantissa = value.get<bool>() ? 1 : 0;
      return n;
    }
    std::string word = value.get<std::string>();
    bool number = word[0] == '#';
    if (number) word.erase(0, 1);
    if (odd_ && number && scale(word, n.mantissa, n.exponent)) return n;
    std::uint32_t named = gdlrt_program_find_value(p_, fact_, word.c_str());
    if (odd_ && named != GDLRT_NONE) {
      n.mantissa = named;
    } else {
      n.text = keep(word);
    }
    return n;
  }
  const char* keep(std::string word) {
    kept_.push_back(std::make_unique<std::string>(std::move(word)));
    return kept_.back()->c_str();
  }
  gdlrt_status set(const nlohmann::json& v, std::uint32_t elements) {
    std::uint64_t present = 0;
    std::uint64_t known = v.is_array() ? ~std::uint64_t{0} : 0;
    gdlrt_status status = gdlrt_case_unset(c_, fact_);
    bool any = false;
    auto say = [&](const std::string& name, gdlrt_truth truth) {
      std::uint32_t e = gdlrt_program_find_value(p_, fact_, name.c_str());
      REQUIRE(e < elements);
      if (truth == GDLRT_YES) present |= std::uint64_t{1} << e;
      if (truth != GDLRT_UNKNOWN) known |= std::uint64_t{1} << e;
      any = true;
      if (!odd_ && v.is_object()) status = gdlrt_case_set_element(c_, fact_, e, truth);
    };
    if (v.is_array()) {
      for (auto& name : v) say(name.get<std::string>(), GDLRT_YES);
    } else {
      for (auto& [name, in] : v.items()) {
        say(name, in.is_null() ? GDLRT_UNKNOWN : in.get<bool>() ? GDLRT_YES : GDLRT_NO);
      }
    }
    if (odd_ || v.is_array() || !any) {
      return gdlrt_case_set_elements(c_, fact_, present, known);
    }
    return status;
  }

  const gdlrt_program* p_;
  gdlrt_case* c_;
  std::uint32_t fact_ = 0;
  bool odd_ = false;
  std::vector<std::unique_ptr<std::string>> kept_;
};

/// The document again as JSON, from its nodes.
inline std::string walked(const gdlrt_node* n) {
  std::string text(gdlrt_node_text(n), gdlrt_node_size(n));
  std::string out;
  switch (gdlrt_node_kind(n)) {
    case GDLRT_ABSENT: return "absent";
    case GDLRT_NODE_NULL: return "null";
    case GDLRT_NODE_BOOLEAN: CHECK((text == "true") == (gdlrt_node_true(n) == 1)); return text;
    case GDLRT_NODE_NUMBER: return text;
    case GDLRT_NODE_TEXT: return nlohmann::json(text).dump();
    case GDLRT_NODE_LIST:
      for (std::uint32_t i = 0; i < gdlrt_node_count(n); ++i) {
        out += (i > 0 ? "," : "") + walked(gdlrt_node_at(n, i));
      }
      return "[" + out + "]";
    case GDLRT_NODE_OBJECT:
      for (std::uint32_t i = 0; i < gdlrt_node_count(n); ++i) {
        const gdlrt_node* m = gdlrt_node_at(n, i);
        CHECK(gdlrt_node_member(n, gdlrt_node_name(m)) == m);
        out += (i > 0 ? "," : "") + nlohmann::json(gdlrt_node_name(m)).dump() + ":" + walked(m);
      }
      return "{" + out + "}";
  }
  return "?";
}

}  // namespace gdl::test
