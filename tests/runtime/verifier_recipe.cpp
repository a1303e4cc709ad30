// See verifier_recipe.h.
#include "verifier_recipe.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <stdexcept>

#include "everything.h"

namespace gdl::test {

namespace {

using Bytes = std::vector<std::uint8_t>;

struct Field {
  std::size_t offset, width, count;
};

/// The fields of each struct of the format, read from its header: the one place that lists them.
using Structs = std::map<std::string, std::map<std::string, Field>>;

Structs read_structs() {
  std::ifstream in(GDL_SOURCE_DIR "/runtime/include/gdlrt/bytecode.h");
  std::string text(std::istreambuf_iterator<char>(in), {});
  text = std::regex_replace(text, std::regex("//[^\n]*"), "");
  Structs out;
  static const std::regex type(R"(struct (\w+) \{([^}]*)\})");
  static const std::regex line(R"(uint(\d+)_t ([^;]+);)");
  static const std::regex name(R"((\w+)(?:\[(\d+)\])?)");
  const std::sregex_iterator end;
  for (std::sregex_iterator t(text.begin(), text.end(), type); t != end; ++t) {
    std::size_t at = 0;
    std::string body = (*t)[2];
    for (std::sregex_iterator l(body.begin(), body.end(), line); l != end; ++l) {
      std::size_t width = std::stoul((*l)[1]) / 8;
      std::string names = (*l)[2];
      for (std::sregex_iterator n(names.begin(), names.end(), name); n != end; ++n) {
        std::size_t count = (*n)[2].matched ? std::stoul((*n)[2]) : 1;
        out[(*t)[1]][(*n)[1]] = {at, width, count};
        at += width * count;
      }
    }
  }
  return out;
}

/// A section as plain bytes.
struct Table {
  std::string row;  ///< the struct of a row
  std::size_t row_size = 0, number = 0;
  Bytes bytes;
  [[nodiscard]] std::size_t count() const { return bytes.size() / row_size; }
};

class Recipe {
 public:
  explicit Recipe(bool strip) : image_(everything(strip)), structs_(read_structs()) {
#define GDLRT_SECTION(n, id, Row, kind)                                                  \
  {                                                                                      \
    Table& t = tables_[#id];                                                             \
    t.row = #Row;                                                                        \
    t.row_size = sizeof(gdlrt::Row);                                                     \
    t.number = n;                                                                        \
    t.bytes.resize(image_.id.size() * t.row_size);                                       \
    if (!t.bytes.empty()) std::memcpy(t.bytes.data(), image_.id.data(), t.bytes.size()); \
  }
#include "gdlrt/sections.def"
    values_ = {{"far", 0x00ffffff}, {"none", gdlrt::kNone}};
#define GDLRT_OPCODE(id, mnemonic, text) \
  operations_[#id] = static_cast<std::uint64_t>(gdlrt::Op::id);
#include "gdlrt/opcodes.def"
  }

  void statement(std::vector<std::string> tokens) {
    tokens_ = std::move(tokens);
    at_ = 0;
    std::string word = peek();
    if (word == "let") {
      next();
      std::string name = next();
      expect("=");
      values_[name] = expression();
    } else if (word == "swap") {
      next();
      Place a = one(), b = one();
      if (a.width != b.width) wrong("two things of different size");
      std::swap_ranges(a.data, a.data + a.width, b.data);
    } else if (word == "copy") {
      next();
      Place row = one();
      append(table(tokens_[1]), Bytes(row.data, row.data + row.width), 1);
    } else if (word == "append") {
      append_words();
    } else if (word == "drop" || word == "clear" || word == "reverse") {
      next();
      shrink(word, table(next()));
    } else if (word == "bytes") {
      next();
      encode();
    } else if (word == "cut" || word == "grow" || word == "misalign") {
      next();
      std::uint64_t n = expression();
      if (!encoded_) wrong("`" + word + "` belongs behind `bytes`");
      if (word == "misalign")
        out_.misalign = n;
      else
        out_.bytes.resize(word == "cut" ? n : out_.bytes.size() + n);
    } else if (word == "replace") {
      next();
      std::string from = text(next());
      replace(from, text(next()));
    } else {
      assign();
    }
    if (at_ != tokens_.size()) wrong("`" + peek() + "` too much");
  }

  Broken finish() {
    if (!encoded_) encode();
    if (!checksum_set_) seal(out_.bytes);
    return std::move(out_);
  }

 private:
  struct Place {
    std::uint8_t* data;
    std::size_t width;
    bool row = false;  ///< a row of several fields
  };

  [[noreturn]] static void wrong(const std::string& what) { throw std::runtime_error(what); }
  [[nodiscard]] std::string peek(std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() ? tokens_[at_ + ahead] : "";
  }
  std::string next() {
    if (at_ == tokens_.size()) wrong("something is missing at the end");
    return tokens_[at_++];
  }
  void expect(const std::string& token) {
    if (std::string t = next(); t != token) wrong("`" + token + "` instead of `" + t + "`");
  }
  Table& table(const std::string& name) {
    auto it = tables_.find(name);
    if (it == tables_.end()) wrong("no section `" + name + "`");
    return it->second;
  }

  // -- expressions -----------------------------------------------------------------------------------------

  static std::uint64_t value(const Place& p) {
    std::uint64_t v = 0;
    if (p.row) wrong("a row is no number");
    std::memcpy(&v, p.data, p.width);
    return v;
  }
  std::uint64_t expression() {
    std::uint64_t v = term();
    while (peek() == "+" || peek() == "-") v = next() == "+" ? v + term() : v - term();
    return v;
  }
  std::uint64_t term() {
    std::uint64_t v = atom();
    while (peek() == "%") {
      next();
      v %= atom();
    }
    return v;
  }
  std::uint64_t atom() {
    std::string t = peek();
    if (t == "(") {
      next();
      std::uint64_t v = expression();
      expect(")");
      return v;
    }
    if (t == "size") {
      next();
      std::string of = next();
      return of == "bytes" ? out_.bytes.size() : table(of).count();
    }
    if (t == "row") {
      next();
      const Table& of = table(peek());
      return static_cast<std::uint64_t>(one().data - of.bytes.data()) / of.row_size;
    }
    if (!t.empty() && std::isdigit(static_cast<unsigned char>(t[0])) != 0) {
      return std::stoull(next(), nullptr, 0);
    }
    if (peek(1) == "[" || t == "header") return value(one());
    if (values_.count(t) == 1) return values_[next()];
    if (operations_.count(t) == 1) return operations_[next()];
    wrong("`" + t + "` is no number");
  }

  // -- places ----------------------------------------------------------------------------------------------

  Place one() {
    std::vector<Place> all = places();
    if (all.size() != 1) wrong("one row is meant here");
    return all[0];
  }
  std::vector<Place> places() {
    std::string name = next();
    if (name == "header") {
      if (!encoded_) wrong("`header` belongs behind `bytes`");
      checksum_set_ = checksum_set_ || peek(1) == "checksum";
      return {field("Header", out_.bytes.data())};
    }
    expect("[");
    if (name == "byte") {
      std::uint64_t at = expression();
      expect("]");
      if (at >= out_.bytes.size()) wrong("no such byte");
      return {{out_.bytes.data() + at, 1}};
    }
    if (name == "table") {
      if (!encoded_) wrong("`table` belongs behind `bytes`");
      std::size_t entry = table(next()).number - 1;
      expect("]");
      return {field("SectionEntry", out_.bytes.data() + sizeof(gdlrt::Header) +
                                        entry * sizeof(gdlrt::SectionEntry))};
    }
    Table& of = table(name);
    std::vector<std::size_t> rows = selected(name, of);
    expect("]");
    std::vector<Place> out;
    std::size_t behind = at_;
    for (std::size_t row : rows) {
      if (row >= of.count()) wrong("no row " + std::to_string(row) + " in `" + name + "`");
      at_ = behind;
      std::uint8_t* data = of.bytes.data() + row * of.row_size;
      out.push_back(peek() == "." ? field(of.row, data)
                                  : Place{data, of.row_size, structs_.count(of.row) == 1});
    }
    return out;
  }
  Place field(const std::string& type, std::uint8_t* row) {
    expect(".");
    std::string name = next();
    auto it = structs_[type].find(name);
    if (it == structs_[type].end()) wrong("no field `" + name + "` in " + type);
    std::size_t element = 0;
    if (peek() == ".") {
      next();
      element = std::stoul(next());
    }
    if (element >= it->second.count) wrong("`" + name + "` has no such element");
    return {row + it->second.offset + element * it->second.width, it->second.width};
  }
  std::vector<std::size_t> selected(const std::string& name, const Table& of) {
    std::string t = peek();
    if (t == "last" || t == "*") {
      next();
      if (t == "last") return {of.count() - 1};
      std::vector<std::size_t> out(of.count());
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = i;
      return out;
    }
    bool number = std::isdigit(static_cast<unsigned char>(t[0])) != 0 || t == "size" ||
                  t == "row" || t == "(" || peek(1) == "[" || values_.count(t) == 1;
    if (number) return {expression()};
    std::string label;
    while (peek() != "]") label += next();
    for (std::size_t i = 0; i < of.count(); ++i) {
      if (label_of(name, i) == label) return {i};
    }
    wrong("no `" + label + "` in `" + name + "`");
  }
  std::string label_of(const std::string& name, std::size_t row) {
    auto text_at = [](const Bytes& pool, std::uint32_t at) {
      return std::string(reinterpret_cast<const char*>(pool.data()) + at);
    };
    auto word = [&](const char* section, const char* field_name) {
      const Table& t = tables_[section];
      std::uint32_t v = 0;
      std::memcpy(&v, t.bytes.data() + row * t.row_size + structs_[t.row][field_name].offset, 4);
      return v;
    };
    if (name == "nodes") {
      for (const auto& [id, number] : operations_) {
        if (number == word("nodes", "op")) return id;
      }
      return "";
    }
    if (name == "directives") {
      static const char* const verbs[] = {"recommend",      "consider", "caution", "avoid",
                                          "contraindicate", "prefer",   "none"};
      return verbs[word("directives", "verb")];
    }
    if (name == "rules") return text_at(tables_["texts"].bytes, word("rule_texts", "name"));
    if (structs_[tables_[name].row].count("name") == 0)
      wrong("rows of `" + name + "` have numbers only");
    return text_at(tables_["names"].bytes, word(name.c_str(), "name"));
  }

  // -- statements ------------------------------------------------------------------------------------------

  void assign() {
    std::vector<Place> all = places();
    std::string sign = next();
    if (sign != "=" && sign != "+=" && sign != "-=") wrong("`=` instead of `" + sign + "`");
    std::uint64_t v = expression();
    for (const Place& p : all) {
      std::uint64_t old = value(p);
      std::uint64_t changed = sign == "=" ? v : sign == "+=" ? old + v : old - v;
      std::memcpy(p.data, &changed, p.width);
      if (value(p) == old) wrong("this changes nothing");
    }
  }
  static void append(Table& t, const Bytes& row, std::uint64_t times) {
    if (row.size() != t.row_size) wrong("a row of another length");
    t.bytes.reserve(t.bytes.size() + times * row.size());
    for (std::uint64_t i = 0; i < times; ++i) t.bytes.insert(t.bytes.end(), row.begin(), row.end());
  }
  void append_words() {
    next();
    Table& t = table(next());
    expect("=");
    std::size_t width = structs_.count(t.row) == 1 ? 4 : t.row_size;
    Bytes row;
    while (at_ < tokens_.size() && peek() != "x") {
      std::uint64_t v = expression();
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(&v);
      row.insert(row.end(), bytes, bytes + width);
    }
    std::uint64_t times = 1;
    if (peek() == "x") {
      next();
      times = expression();
    }
    append(t, row, times);
  }
  static void shrink(const std::string& how, Table& t) {
    if (t.bytes.empty()) wrong("the section is empty");
    if (how == "clear") t.bytes.clear();
    if (how == "drop") t.bytes.resize(t.bytes.size() - t.row_size);
    if (how != "reverse") return;
    Bytes out;
    for (std::size_t i = t.count(); i > 0; --i) {
      auto row = t.bytes.begin() + static_cast<std::ptrdiff_t>((i - 1) * t.row_size);
      out.insert(out.end(), row, row + static_cast<std::ptrdiff_t>(t.row_size));
    }
    t.bytes = out;
  }
  void encode() {
    if (encoded_) wrong("`bytes` twice");
    encoded_ = true;
#define GDLRT_SECTION(n, id, Row, kind)                                                  \
  {                                                                                      \
    const Table& t = tables_[#id];                                                       \
    image_.id.resize(t.count());                                                         \
    if (!t.bytes.empty()) std::memcpy(image_.id.data(), t.bytes.data(), t.bytes.size()); \
  }
#include "gdlrt/sections.def"
    out_.bytes = emit::encode(image_);
  }
  void replace(const std::string& from, const std::string& to) {
    if (!encoded_) wrong("`replace` belongs behind `bytes`");
    std::string all(out_.bytes.begin(), out_.bytes.end());
    std::size_t at = all.find(from);
    if (at == std::string::npos) wrong("nothing to replace");
    for (; at != std::string::npos; at = all.find(from, at + to.size())) {
      all.replace(at, from.size(), to);
    }
    out_.bytes.assign(all.begin(), all.end());
    checksum_set_ = true;  // the checksum, too, is as the transfer left it
  }
  static std::string text(const std::string& quoted) {
    std::string out;
    for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
      if (quoted[i] != '\\') {
        out += quoted[i];
        continue;
      }
      char c = quoted[++i];
      if (c == 'x') {
        out += static_cast<char>(std::stoi(quoted.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        out += c == 'n' ? '\n' : c == 'r' ? '\r' : c;
      }
    }
    return out;
  }

  emit::Image image_;
  Structs structs_;
  std::map<std::string, Table> tables_;
  std::map<std::string, std::uint64_t> values_, operations_;
  std::vector<std::string> tokens_;
  std::size_t at_ = 0;
  bool encoded_ = false, checksum_set_ = false;
  Broken out_;
};

std::vector<std::string> tokens_of(const std::string& line) {
  static const std::regex token(R"re("[^"]*"|#.*|0x[0-9a-f]+|\d+|\w+|[+-]=|\S)re");
  std::vector<std::string> out;
  for (std::sregex_iterator i(line.begin(), line.end(), token), end; i != end; ++i) {
    if ((*i).str()[0] != '#') out.push_back((*i).str());
  }
  return out;
}

}  // namespace

Broken follow_recipe(const std::string& recipe) {
  std::vector<std::vector<std::string>> lines;
  for (std::size_t at = 0; at < recipe.size();) {
    std::size_t end = std::min(recipe.find('\n', at), recipe.size());
    lines.push_back(tokens_of(recipe.substr(at, end - at)));
    at = end + 1;
  }
  const std::vector<std::string> stripped = {"base", "stripped"};
  bool strip = std::find(lines.begin(), lines.end(), stripped) != lines.end();
  Recipe state(strip);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].empty() || lines[i] == stripped) continue;
    try {
      state.statement(lines[i]);
    } catch (const std::exception& e) {
      throw std::runtime_error("line " + std::to_string(i + 1) + ": " + e.what());
    }
  }
  return state.finish();
}

}  // namespace gdl::test
