// Rows of JSON, one case a line. See run_rows.h and docs/run.md.
//
// A line is read twice at most: at first only what puts plain values into columns, strictly; a line in which anything else
// stands goes to the runtime as it is, whose reader of cases knows all the forms.
#include <nlohmann/json.hpp>

#include "raw_json.h"
#include "run_rows.h"

namespace gdlc {

namespace {

/// Without escapes and control characters, of ASCII: it is what it reads as.
bool plain(std::string_view text) {
  for (char c : text) {
    if (c < ' ' || c == '\\' || c == '"' || c == '\x7f') return false;
  }
  return true;
}

bool is_json(std::string_view value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"' &&
      plain(value.substr(1, value.size() - 2))) {
    return true;
  }
  return nlohmann::json::accept(value.begin(), value.end());
}

class JsonRows : public Rows {
 public:
  JsonRows(Input& input, std::vector<Column> facts, RowOptions options)
      : Rows(input, std::move(facts), std::move(options)), seen_(facts_.size()) {}

  bool begin(std::string& error) override;
  [[nodiscard]] std::string case_of(const Row& row) const override;
  [[nodiscard]] std::string id_text(const Row& row) const override;
  [[nodiscard]] std::string id_json(const Row& row) const override {
    return row.id.at == nullptr ? "null" : std::string(row.id.at, row.id.size);
  }

 protected:
  Read read(const char*& at, const char* end, bool all, Row& row, std::size_t i) override;
  void moved() override {}
  [[nodiscard]] bool quotes() const override { return false; }

 private:
  bool put(Column& c, std::size_t i, const Member& m) const;
  bool put_set(Column& c, std::size_t i, const Member& m) const;
  [[nodiscard]] bool is_id(const Member& m) const {
    return !options_.id.empty() && std::string_view(m.name, m.name_size) == options_.id;
  }

  std::vector<std::uint64_t> seen_;  // of a fact: the row that has named it last
  std::uint64_t turn_ = 0;
};

bool JsonRows::begin(std::string& error) {
  if (!input_.fill(input_.begin(), std::size_t{1} << 16)) return false;
  std::string_view text(input_.begin(), static_cast<std::size_t>(input_.end() - input_.begin()));
  if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff") {
    error = "the file is in UTF-16: save it as UTF-8";
    return false;
  }
  if (names_.find(options_.id) != Names::kNone) {
    error = "the id `" + options_.id + "` is a fact: give patients another member";
    return false;
  }
  at_ = input_.begin() + (text.substr(0, 3) == "\xef\xbb\xbf" ? 3 : 0);
  return true;
}

bool JsonRows::put_set(Column& c, std::size_t i, const Member& m) const {
  std::uint64_t bits = 0;
  const char* end = m.at + m.size;
  const char* at = past_space(m.at + 1, end);
  while (at < end && *at == '"') {
    const char* next = past_text(at, end);
    if (next == nullptr) return false;
    std::uint32_t element = c.names.find(at + 1, static_cast<std::size_t>(next - at - 2));
    if (element == Names::kNone || (bits >> element & 1u) != 0) return false;
    bits |= std::uint64_t{1} << element;
    at = past_space(next, end);
    if (at < end && *at == ']') break;
    if (at == end || *at != ',') return false;
    at = past_space(at + 1, end);
    if (at == end || *at != '"') return false;
  }
  if (at + 1 != end || *at != ']') return false;
  c.put(i, static_cast<std::int64_t>(bits));
  return true;
}

/// False: the value is for the exact evaluator.
bool JsonRows::put(Column& c, std::size_t i, const Member& m) const {
  std::string_view v = m.value();
  if (v == "null") {
    c.clear(i);
    return true;
  }
  switch (c.kind) {
    case Kind::boolean:
      if (v != "true" && v != "false") return false;
      c.put(i, v == "true" ? 1 : 0);
      return true;
    case Kind::enumeration: return v[0] == '"' && c.put_name(i, m.at + 1, m.size - 2);
    case Kind::integer:
    case Kind::decimal: return c.put_number(i, m.at, m.size);
    case Kind::set: return v[0] == '[' && put_set(c, i, m);
  }
  return false;
}

Rows::Read JsonRows::read(const char*& at, const char* end, bool all, Row& row, std::size_t i) {
  auto* stop = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
  if (stop == nullptr && !all) return Read::more;
  const char* to = stop == nullptr ? end : stop;
  const char* next = stop == nullptr ? end : stop + 1;
  const char* from = at;
  at = next;
  line_ += stop == nullptr ? 0 : 1;
  row.text = std::string_view(from, static_cast<std::size_t>(to - from));
  if (!row.text.empty() && row.text.back() == '\r') row.text.remove_suffix(1);
  if (past_space(from, to) == to) return Read::empty;
  ++turn_;
  bool exact = false;
  const char* wrong = nullptr;
  bool object = each_member(from, to, [&](const Member& m) {
    if (is_id(m)) {
      if (row.id.at != nullptr) wrong = "gives the id twice";
      row.id = {m.at, m.size, false};
      bool fits =
          *m.at == '"' || *m.at == '-' || (*m.at >= '0' && *m.at <= '9') || m.value() == "null";
      if (!fits || !is_json(m.value()))
        wrong = "has an id that is no text, and no number that JSON readers take";
      return;
    }
    std::uint32_t f = names_.find(m.name, m.name_size);
    if (f == Names::kNone) {
      bool passed = options_.ignore_extra && plain({m.name, m.name_size}) && is_json(m.value());
      exact = exact || !passed;
    } else if (seen_[f] == turn_ || !put(facts_[f], i, m)) {
      exact = true;
    }
    if (f != Names::kNone) seen_[f] = turn_;
  });
  exact = exact || !object;
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    if (seen_[f] == turn_) continue;
    Column& c = facts_[f];
    if (!c.has_default) {
      c.clear(i);
    } else if (c.default_is_value) {
      c.put(i, c.default_value);
    } else {
      exact = true;
    }
  }
  if (wrong != nullptr) {
    row.id = Field();
    reject(row, wrong);
  } else if (exact) {
    row.state = Row::State::exact;
    if (!object) row.id = Field();
  }
  if (row.state != Row::State::columns) set_aside(i);
  return Read::row;
}

/// The line, without what is no part of the case.
std::string JsonRows::case_of(const Row& row) const {
  std::string line(row.text);
  if (options_.id.empty() && !options_.ignore_extra) return line;
  std::string padded = line + std::string(kPad, '\0');
  std::string out = "{";
  bool object = each_member(padded.data(), padded.data() + line.size(), [&](const Member& m) {
    bool extra = options_.ignore_extra && plain({m.name, m.name_size}) && is_json(m.value()) &&
                 names_.find(m.name, m.name_size) == Names::kNone;
    if (is_id(m) || extra) return;
    out += out.size() > 1 ? "," : "";
    out.append(m.name - 1, static_cast<std::size_t>(m.at + m.size - (m.name - 1)));
  });
  return object ? out + "}" : line;
}

std::string JsonRows::id_text(const Row& row) const {
  if (row.id.at == nullptr) return "";
  std::string json(row.id.at, row.id.size);
  if (json[0] == '"') return nlohmann::json::parse(json).get<std::string>();
  return json == "null" ? "" : json;
}

}  // namespace

std::unique_ptr<Rows> json_rows(Input& input, std::vector<Column> facts, RowOptions options) {
  return std::make_unique<JsonRows>(input, std::move(facts), std::move(options));
}

}  // namespace gdlc
