// Rows of CSV: the header, the fields, and a row as a case. See run_rows.h and docs/run.md.
#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <nlohmann/json.hpp>

#include "diag/render.h"
#include "run_rows.h"
#include "support/limits.h"

namespace gdlc {

namespace {

using gdl::diag::json_quote;

/// What a column of the file is for.
struct Source {
  enum class Use : std::uint8_t { extra, id, fact, element };
  Use use = Use::extra;
  std::uint32_t fact = 0, element = 0;
};

/// The same for the loop over plain rows, without looking further.
struct Cell {
  enum class How : std::uint8_t { name, number, other };
  How how = How::other;
  const Names* names = nullptr;         // name: what may stand there
  const std::uint8_t* value = nullptr;  // of each of them
  std::uint8_t* values = nullptr;       // of the column's rows
  Column* column = nullptr;             // null: an element, the id, what is passed over
};

/// A set that has a column for each of some elements, or of all.
struct Elements {
  std::uint32_t fact = 0;
  std::uint64_t all = 0;                 // of the fact
  std::uint64_t present = 0, known = 0;  // of the row in hand
};

std::uint64_t all_of(const Column& c) {
  std::size_t n = c.names.all().size();
  return n >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << n) - 1;
}

/// Yes and no as people, spreadsheets and Python write them.
class Words {
 public:
  Words() {
    for (const char* word : {"no", "false", "FALSE", "False", "0"}) names_.add(word);
    for (const char* word : {"yes", "true", "TRUE", "True", "1"}) names_.add(word);
  }
  /// 1 for yes, 0 for no, -1 for another word. Reads 8 bytes, as Names::find does.
  [[nodiscard]] int find(const char* at, std::size_t size) const {
    const std::uint32_t i = names_.find(at, size);
    return i == Names::kNone ? -1 : kValues[i];
  }
  /// Both as Names, and what each of them says.
  [[nodiscard]] const Names& names() const { return names_; }
  static constexpr std::uint8_t kValues[] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1};
  [[nodiscard]] int find(const std::string& text) const {
    const std::string padded = text + std::string(8, '\0');
    return find(padded.data(), text.size());
  }

 private:
  Names names_;
};

std::vector<std::string> parts_of(const std::string& text, char between) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (true) {
    std::size_t end = text.find(between, at);
    out.push_back(text.substr(at, end == std::string::npos ? end : end - at));
    if (end == std::string::npos) return out;
    at = end + 1;
  }
}

std::string list_of(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& t : texts) out += (out.size() > 1 ? "," : "") + json_quote(t);
  return out + "]";
}

/// `<1` and the like, as a case says it; empty if it is none.
std::string bound_of(const std::string& text) {
  static constexpr struct {
    const char *sign, *word;
  } kBounds[] = {{"<=", "at_most"}, {">=", "at_least"}, {"<", "below"}, {">", "above"}};
  for (const auto& b : kBounds) {
    std::size_t size = std::strlen(b.sign);
    if (text.compare(0, size, b.sign) != 0) continue;
    std::size_t at = std::min(text.find_first_not_of(' ', size), text.size());
    return fmt::format("{{\"{}\":{}}}", b.word, json_quote(text.substr(at)));
  }
  return "";
}

/// A field as the value that a case has for the fact. What no case can have becomes a text, for the runtime to refuse.
std::string value_of(const Column& c, const std::string& text, const Words& words) {
  if (text.empty()) return "null";
  if ((text[0] == '{' || text[0] == '[') && nlohmann::json::accept(text)) return text;
  if (c.kind == Kind::boolean) {
    int word = words.find(text);
    return word < 0 ? json_quote(text) : word == 1 ? "true" : "false";
  }
  if (c.kind == Kind::set) return list_of(parts_of(text, ';'));
  if (std::string bound = bound_of(text); !bound.empty()) return bound;
  if (c.kind == Kind::enumeration && text.find('|') != std::string::npos) {
    return "{\"in\":" + list_of(parts_of(text, '|')) + "}";
  }
  return json_quote(text);
}

class CsvRows : public Rows {
 public:
  CsvRows(Input& input, std::vector<Column> facts, RowOptions options)
      : Rows(input, std::move(facts), std::move(options)), marks_(options_.delimiter) {}

  bool begin(std::string& error) override;
  [[nodiscard]] std::string case_of(const Row& row) const override;
  [[nodiscard]] std::string id_text(const Row& row) const override { return unquoted(row.id); }
  [[nodiscard]] std::string id_json(const Row& row) const override {
    return json_text(unquoted(row.id));
  }

 protected:
  Read read(const char*& at, const char* end, bool all, Row& row, std::size_t i) override;
  void moved() override { marks_.forget(); }
  [[nodiscard]] bool quotes() const override { return true; }

 private:
  bool header(std::vector<std::string>& names, std::string& error);
  Source source_of(const std::string& name) const;
  Source element_of(const std::string& name) const;
  std::string place_columns(const std::vector<std::string>& names);
  void absent_facts();
  void make_cells();
  bool read_plain(const char*& at, const char* end, Row& row, std::size_t i, bool& exact);
  Read read_any(const char*& at, const char* end, bool all, Row& row, std::size_t i, bool& exact);
  void take(const Source& s, const Field& f, Row& row, std::size_t i, bool& exact);
  bool put(Column& c, std::size_t i, const Field& f) const;
  bool put_set(Column& c, std::size_t i, const Field& f) const;
  static std::string_view line_of(const char* at, const char* next);

  Marks marks_;
  Words words_;
  std::vector<Source> sources_;
  std::vector<Cell> cells_;          // of each source
  std::vector<std::uint8_t> codes_;  // each is its place
  std::vector<Elements> elements_;
  std::vector<std::uint32_t> elements_at_;  // of a fact: its place in these
  bool never_columns_ = false;              // a default cannot be put into columns
};

/// A row's text without its line end.
std::string_view CsvRows::line_of(const char* at, const char* next) {
  if (next > at && next[-1] == '\n') --next;
  if (next > at && next[-1] == '\r') --next;
  return {at, static_cast<std::size_t>(next - at)};
}

bool CsvRows::header(std::vector<std::string>& names, std::string& error) {
  constexpr auto kMost = static_cast<std::size_t>(gdl::limits::row_bytes);
  for (std::size_t want = std::size_t{1} << 16;; want = std::min(want * 4, kMost)) {
    if (!input_.fill(input_.begin(), want)) return false;  // the input has the reason
    std::string_view text(input_.begin(), static_cast<std::size_t>(input_.end() - input_.begin()));
    if (text.substr(0, 2) == "\xff\xfe" || text.substr(0, 2) == "\xfe\xff") {
      error = "the file is in UTF-16: save it as UTF-8";
      return false;
    }
    constexpr std::string_view kMark = "\xef\xbb\xbf";
    const char* at = input_.begin() + (text.substr(0, 3) == kMark ? kMark.size() : 0);
    if (at == input_.end() && input_.all()) {
      error = "the file is empty: its first line names the facts";
      return false;
    }
    marks_.forget();
    names.clear();
    Shape shape;
    const char* next = read_row(marks_, at, input_.end(), input_.all(), options_.delimiter, shape,
                                [&](std::size_t, const Field& f) { names.push_back(unquoted(f)); });
    if (next == nullptr && want < kMost) continue;
    if (next == nullptr || names.size() > static_cast<std::size_t>(gdl::limits::columns)) {
      error = fmt::format("the header has more than {} columns or {} bytes",
                          static_cast<std::size_t>(gdl::limits::columns), kMost);
      return false;
    }
    if (shape.stray || shape.unclosed) {
      error = "the header has a quote that does not belong there, or is never closed";
      return false;
    }
    at_ = next;
    line_ += shape.lines;
    marks_.forget();
    return true;
  }
}

Source CsvRows::source_of(const std::string& name) const {
  if (!options_.id.empty() && name == options_.id) return {Source::Use::id, 0, 0};
  if (std::uint32_t fact = names_.find(name); fact != Names::kNone) {
    return {Source::Use::fact, fact, 0};
  }
  return element_of(name);
}

/// What `set.element` names; `extra` if it names none.
Source CsvRows::element_of(const std::string& name) const {
  std::size_t dot = name.rfind('.');
  if (dot == std::string::npos) return {};
  std::uint32_t fact = names_.find(name.substr(0, dot));
  if (fact == Names::kNone || facts_[fact].kind != Kind::set) return {};
  std::uint32_t element = facts_[fact].names.find(name.substr(dot + 1));
  if (element == Names::kNone) return {};
  return {Source::Use::element, fact, element};
}

/// Gives each column its use; what is wrong with the header, or nothing.
std::string CsvRows::place_columns(const std::vector<std::string>& names) {
  std::vector<std::string> by(facts_.size());  // the column that names the fact
  Names seen;
  bool id = false;
  for (const std::string& name : names) {
    if (seen.find(name) != Names::kNone && !name.empty()) {
      return fmt::format("the column `{}` stands twice in the header", name);
    }
    seen.add(name);
    Source s = source_of(name);
    id = id || s.use == Source::Use::id;
    if (s.use == Source::Use::fact && element_of(name).use == Source::Use::element) {
      return fmt::format(
          "the column `{}` may be the fact of that name, or an element of the set `{}`: cases as "
          "NDJSON tell them apart, or another name after `as` where the fact is imported",
          name, name.substr(0, name.rfind('.')));
    }
    if (s.use == Source::Use::extra && !options_.ignore_extra) {
      std::string help = did_you_mean(name, names_);
      std::size_t dot = name.rfind('.');
      std::uint32_t set =
          dot == std::string::npos ? Names::kNone : names_.find(name.substr(0, dot));
      if (set != Names::kNone && facts_[set].kind == Kind::set) {
        return fmt::format("the set `{}` has no element `{}`{}", facts_[set].fact,
                           name.substr(dot + 1),
                           did_you_mean(std::string_view(name).substr(dot + 1), facts_[set].names));
      }
      bool other = names.size() == 1 && name.find_first_of(";\t") != std::string::npos;
      return fmt::format("the column `{}` is no fact{}", name,
                         other           ? ": columns that are parted by another character want "
                                           "`--delimiter ';'`, or `--delimiter tab`"
                         : !help.empty() ? help
                                         : "; `--ignore-extra` passes such columns over, `--id` "
                                           "names one to be passed through");
    }
    if (s.use == Source::Use::fact || s.use == Source::Use::element) {
      std::string& before = by[s.fact];
      bool whole = s.use == Source::Use::fact;
      if (!before.empty() && (whole || before == facts_[s.fact].fact)) {
        return fmt::format("the columns `{}` and `{}` both name `{}`", before, name,
                           facts_[s.fact].fact);
      }
      if (!whole && before.empty()) {
        elements_at_[s.fact] = static_cast<std::uint32_t>(elements_.size());
        elements_.push_back({s.fact, all_of(facts_[s.fact]), 0, 0});
      }
      before = name;
    }
    sources_.push_back(s);
  }
  if (!options_.id.empty() && !id) {
    Names all;
    for (const std::string& name : names) all.add(name);
    return fmt::format("there is no column `{}` for the id{}", options_.id,
                       did_you_mean(options_.id, all));
  }
  for (std::size_t f = 0; f < facts_.size(); ++f) given_[f] = !by[f].empty();
  return "";
}

/// Facts without a column: unknown in every row, or their default.
void CsvRows::absent_facts() {
  for (std::size_t f = 0; f < facts_.size(); ++f) {
    Column& c = facts_[f];
    if (given_[f]) continue;
    if (c.has_default) {
      never_columns_ = never_columns_ || !c.default_is_value;
      for (std::size_t i = 0; i < most() && c.default_is_value; ++i) c.put(i, c.default_value);
      continue;
    }
    std::fill(c.valid.begin(), c.valid.end(), 0);
    c.open = true;
  }
}

bool CsvRows::begin(std::string& error) {
  if (names_.find(options_.id) != Names::kNone) {
    error = "the id `" + options_.id + "` is a fact: give patients another column";
    return false;
  }
  std::vector<std::string> names;
  if (!header(names, error)) return false;
  elements_at_.resize(facts_.size());
  error = place_columns(names);
  if (!error.empty()) return false;
  absent_facts();
  make_cells();
  return true;
}

void CsvRows::make_cells() {
  for (int i = 0; i <= UINT8_MAX; ++i) codes_.push_back(static_cast<std::uint8_t>(i));
  for (const Source& s : sources_) {
    Cell c;
    if (s.use == Source::Use::fact) {
      Column& column = facts_[s.fact];
      const bool word = column.kind == Kind::boolean;
      c.column = &column;
      c.values = column.values.data();
      c.names = word ? &words_.names() : &column.names;
      c.value = word ? Words::kValues : codes_.data();
      const bool name = word || column.kind == Kind::enumeration;
      const bool number = column.kind == Kind::integer || column.kind == Kind::decimal;
      if (name && column.raw == GDLRT_RAW_U8) c.how = Cell::How::name;
      if (number) c.how = Cell::How::number;
    }
    cells_.push_back(c);
  }
}

/// The next byte that is this one, or the end. Names are short: eight bytes at a time, which may lie behind the end (kPad).
const char* next_of(char wanted, const char* at, const char* end) {
  if constexpr (std::endian::native != std::endian::little) return std::find(at, end, wanted);
  constexpr std::uint64_t kOnes = 0x0101010101010101u;
  for (; at < end; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    word ^= static_cast<unsigned char>(wanted) * kOnes;
    const std::uint64_t found = (word - kOnes) & ~word & (0x80 * kOnes);
    if (found != 0) return std::min(at + __builtin_ctzll(found) / 8, end);
  }
  return end;
}

bool CsvRows::put_set(Column& c, std::size_t i, const Field& f) const {
  if (f.size == 2 && f.at[0] == '[' && f.at[1] == ']') {  // the one way to say that it is empty
    c.put(i, 0);
    return true;
  }
  std::uint64_t bits = 0;
  const char* at = f.at;
  const char* end = f.at + f.size;
  while (true) {
    const char* stop = next_of(';', at, end);
    std::uint32_t element = c.names.find(at, static_cast<std::size_t>(stop - at));
    if (element == Names::kNone) return false;
    std::uint64_t bit = std::uint64_t{1} << element;
    if ((bits & bit) != 0) return false;
    bits |= bit;
    if (stop == end) break;
    at = stop + 1;
  }
  c.put(i, static_cast<std::int64_t>(bits));
  return true;
}

/// False: the field is for the exact evaluator.
bool CsvRows::put(Column& c, std::size_t i, const Field& f) const {
  switch (c.kind) {
    case Kind::boolean: {
      int word = words_.find(f.at, f.size);
      if (word < 0) return false;
      c.put(i, word);
      return true;
    }
    case Kind::enumeration: return c.put_name(i, f.at, f.size);
    case Kind::integer:
    case Kind::decimal: return c.put_number(i, f.at, f.size);
    case Kind::set: return put_set(c, i, f);
  }
  return false;
}

/// A row without quotes, whole, with as many fields as the header has; false if it is none, and nothing is said of it then.
/// Most rows are such: here nothing is done that they do not need.
bool CsvRows::read_plain(const char*& at, const char* end, Row& row, std::size_t i, bool& exact) {
  if (at < end && (*at == '\n' || *at == '\r')) return false;
  Marks marks = marks_;  // beside the loop, not in memory
  const char* from = at;
  const char delimiter = options_.delimiter;
  const std::size_t last = cells_.size() - 1;
  for (std::size_t k = 0; k <= last; ++k) {
    const char* stop = marks.next(from, end);
    if (stop == end || *stop != (k == last ? '\n' : delimiter)) return false;
    auto size = static_cast<std::size_t>(stop - from);
    if (k == last && size > 0 && stop[-1] == '\r') --size;
    const Cell& c = cells_[k];
    if (c.column == nullptr) {
      take(sources_[k], {from, size, false}, row, i, exact);
    } else if (size == 0) {
      c.column->clear(i);
    } else if (c.how == Cell::How::name) {
      const std::uint32_t name = c.names->find(from, size);
      if (name == Names::kNone) {
        exact = true;
      } else {
        c.values[i] = c.value[name];
      }
    } else if (c.how == Cell::How::number) {
      if (!c.column->put_number(i, from, size)) exact = true;
    } else if (!put(*c.column, i, {from, size, false})) {
      exact = true;
    }
    from = stop + 1;
  }
  marks_ = marks;
  row.text = line_of(at, from);
  ++line_;
  at = from;
  return true;
}

/// A field of any row.
void CsvRows::take(const Source& s, const Field& f, Row& row, std::size_t i, bool& exact) {
  switch (s.use) {
    case Source::Use::fact:
      if (f.size == 0) {
        facts_[s.fact].clear(i);
      } else if (!put(facts_[s.fact], i, f)) {
        exact = true;
      }
      return;
    case Source::Use::element: {
      if (f.size == 0) return;
      Elements& e = elements_[elements_at_[s.fact]];
      int word = words_.find(f.at, f.size);
      exact = exact || word < 0;
      e.known |= std::uint64_t{1} << s.element;
      if (word == 1) e.present |= std::uint64_t{1} << s.element;
      return;
    }
    case Source::Use::id: row.id = f; return;
    case Source::Use::extra: return;
  }
}

Rows::Read CsvRows::read(const char*& at, const char* end, bool all, Row& row, std::size_t i) {
  bool exact = never_columns_;
  for (Elements& e : elements_) e.present = e.known = 0;
  if (!read_plain(at, end, row, i, exact)) {
    exact = never_columns_;
    row.id = {};
    for (Elements& e : elements_) e.present = e.known = 0;
    const Read got = read_any(at, end, all, row, i, exact);
    if (got != Read::row) {
      set_aside(i);  // an empty line has left its first field unknown, where the next row goes
      return got;
    }
  }
  for (const Elements& e : elements_) {
    if (e.known == 0) {
      facts_[e.fact].clear(i);
    } else if (e.known == e.all) {
      facts_[e.fact].put(i, static_cast<std::int64_t>(e.present));
    } else {
      exact = true;
    }
  }
  if (exact && row.state == Row::State::columns) row.state = Row::State::exact;
  if (row.state != Row::State::columns) set_aside(i);
  return Read::row;
}

/// Whatever may stand there.
Rows::Read CsvRows::read_any(const char*& at, const char* end, bool all, Row& row, std::size_t i,
                             bool& exact) {
  Shape shape;
  const char* next =
      read_row(marks_, at, end, all, options_.delimiter, shape, [&](std::size_t k, const Field& f) {
        if (k < sources_.size()) take(sources_[k], f, row, i, exact);
      });
  if (next == nullptr) return Read::more;
  row.text = line_of(at, next);
  line_ += shape.lines;
  at = next;
  if (row.text.empty()) return Read::empty;
  if (shape.unclosed) {
    reject(row, "has a quote that is never closed");
  } else if (shape.stray) {
    reject(row, "has a quote in a field without quotes, or text beside one in quotes");
  } else if (shape.fields != sources_.size()) {
    reject(row, fmt::format("has {} {}, the header has {}", shape.fields,
                            shape.fields == 1 ? "field" : "fields", sources_.size()));
  }
  return Read::row;
}

std::string CsvRows::case_of(const Row& row) const {
  std::string out = "{";
  std::vector<std::string> parts(elements_.size());
  Marks marks(options_.delimiter);
  Shape shape;
  (void)read_row(marks, row.text.data(), row.text.data() + row.text.size(), true,
                 options_.delimiter, shape, [&](std::size_t k, const Field& f) {
                   if (k >= sources_.size()) return;
                   const Source& s = sources_[k];
                   if (s.use == Source::Use::fact) {
                     const Column& c = facts_[s.fact];
                     out += out.size() > 1 ? "," : "";
                     out += json_quote(c.fact) + ":" + value_of(c, unquoted(f), words_);
                   } else if (s.use == Source::Use::element) {
                     std::string text = unquoted(f);
                     int word = words_.find(text);
                     std::string& part = parts[elements_at_[s.fact]];
                     part += part.empty() ? "" : ",";
                     part += json_quote(facts_[s.fact].names.all()[s.element]) + ":" +
                             (text.empty() ? "null"
                              : word < 0   ? json_quote(text)
                              : word == 1  ? "true"
                                           : "false");
                   }
                 });
  for (std::size_t e = 0; e < parts.size(); ++e) {
    out += out.size() > 1 ? "," : "";
    out += json_quote(facts_[elements_[e].fact].fact) + ":{" + parts[e] + "}";
  }
  return out + "}";
}

}  // namespace

std::unique_ptr<Rows> csv_rows(Input& input, std::vector<Column> facts, RowOptions options) {
  return std::make_unique<CsvRows>(input, std::move(facts), std::move(options));
}

}  // namespace gdlc
