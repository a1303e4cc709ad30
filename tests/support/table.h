// Writes one decision as a decision table of any size, as text: for measurements against what is published of tools
// that check tables. (authored.h writes whole guidelines.)
//
// A row is a rule that speaks of every column that it does not leave free; columns are, in turn, decimal numbers,
// enumerations, whole numbers and ordered scales. The rows are the leaves of a tree that is grown by cutting a leaf,
// drawn at random, in two: so they are a complete partition, and `choose one` has one answer for everybody. Of each
// hundred rows one is damaged, in turn by one class too few in a column (a gap) and by one too many (it overlaps its
// neighbours, most of which answer differently).
//
// Same seed and shape, same bytes. Time and memory grow with rows times columns.
#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "random.h"

namespace gdl::test {

struct TableShape {
  std::size_t rows = 1500;
  std::size_t columns = 5;  ///< at least 1
  bool damage = true;       ///< false: nothing is wrong with the table
};

class Table {
 public:
  Table(std::uint64_t seed, const TableShape& shape) : r_(seed), shape_(shape) {}

  std::string run() {
    out_ = "guideline table \"A decision table\"\n  language 1\n  version 1.0.0\n";
    out_ += "reference 1 \"One\"\n\n";
    for (std::size_t c = 0; c < shape_.columns; ++c) column(c);
    for (std::size_t a = 0; a < kActions; ++a) {
      out_ += "action a" + num(a) + " \"Action " + num(a) + "\"\n";
    }
    out_ += "\ndecision t \"The table\"\n  choose one\n\n";
    std::vector<Row> rows = partition();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (shape_.damage && i % 100 == 50) damage(rows[i], i / 100 % 2 == 0);
      rule(i, rows[i]);
    }
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kActions = 10;

  enum class Kind { decimal, enumeration, integer, ordered };
  static constexpr std::array kKinds = {Kind::decimal, Kind::enumeration, Kind::integer,
                                        Kind::ordered};
  /// Classes from..<to of a column.
  struct Part {
    std::size_t from = 0, to = 0;
  };
  using Row = std::vector<Part>;

  static std::string num(std::size_t n) { return std::to_string(n); }
  static Kind kind(std::size_t column) { return kKinds[column % kKinds.size()]; }
  static std::size_t classes(std::size_t column) {
    switch (kind(column)) {
      case Kind::decimal: return 40;
      case Kind::integer: return 20;
      case Kind::enumeration: return 8;
      case Kind::ordered: return 6;
    }
    return 0;
  }
  static std::string value(std::size_t column, std::size_t k) {
    return "v" + num(column) + "_" + num(k);
  }

  void column(std::size_t c) {
    out_ += "fact c" + num(c) + " \"Column " + num(c) + "\" : ";
    switch (kind(c)) {
      case Kind::decimal: out_ += "0.0..100.0 '10*9/L'"; break;
      case Kind::integer: out_ += "0..99 years"; break;
      case Kind::enumeration:
      case Kind::ordered:
        for (std::size_t k = 0; k < classes(c); ++k) {
          out_ += (k == 0 ? "" : kind(c) == Kind::ordered ? " < " : " | ") + value(c, k);
        }
    }
    out_ += "\n";
  }

  std::vector<Row> partition() {
    std::vector<Row> rows(1);
    for (std::size_t c = 0; c < shape_.columns; ++c) rows[0].push_back({0, classes(c)});
    for (std::size_t failed = 0; rows.size() < shape_.rows && failed < 1000;) {
      Row& row = rows[r_.below(rows.size())];
      std::size_t c = r_.below(shape_.columns);
      Part& p = row[c];
      if (p.to - p.from < 2) {
        ++failed;
        continue;
      }
      failed = 0;
      std::size_t cut = p.from + 1 + r_.below(p.to - p.from - 1);
      Row other = row;
      p.to = cut;
      other[c].from = cut;
      rows.push_back(std::move(other));
    }
    return rows;
  }

  /// One class less, or one more, in the first column after a random one that has it.
  void damage(Row& row, bool narrow) {
    std::size_t start = r_.below(row.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      std::size_t c = (start + i) % row.size();
      Part& p = row[c];
      if (narrow && p.to - p.from > 1) {
        ++p.from;
        return;
      }
      if (!narrow && p.to < classes(c)) {
        ++p.to;
        return;
      }
    }
  }

  static std::string condition(std::size_t c, const Part& p) {
    const std::string name = "c" + num(c);
    switch (kind(c)) {
      case Kind::integer:
        return name + " in " + num(5 * p.from) + ".." + num(5 * p.to - 1) + " years";
      case Kind::decimal: {
        auto bound = [](std::size_t k) { return num(5 * k / 2) + (k % 2 == 0 ? ".0" : ".5"); };
        std::string low = name + " >= " + bound(p.from) + " '10*9/L'";
        std::string high = name + " < " + bound(p.to) + " '10*9/L'";
        return p.from == 0 ? high : p.to == classes(c) ? low : low + " and " + high;
      }
      case Kind::ordered: {
        std::string low = name + " >= " + value(c, p.from);
        std::string high = name + " <= " + value(c, p.to - 1);
        if (p.to - p.from == 1) return name + " = " + value(c, p.from);
        return p.from == 0 ? high : p.to == classes(c) ? low : low + " and " + high;
      }
      case Kind::enumeration: break;
    }
    std::string list;
    for (std::size_t k = p.from; k < p.to; ++k) list += (list.empty() ? "" : ", ") + value(c, k);
    return name + " in {" + list + "}";
  }

  void rule(std::size_t i, const Row& row) {
    std::string when;
    for (std::size_t c = 0; c < row.size(); ++c) {
      if (row[c].from == 0 && row[c].to == classes(c)) continue;
      when += (when.empty() ? "" : " and ") + condition(c, row[c]);
    }
    out_ += "rule r" + num(i) + " \"Row " + num(i) + "\"";
    if (!when.empty()) out_ += " when " + when;
    out_ += " recommend a" + num(r_.below(kActions)) + " cite 1\n";
  }

  Random r_;
  TableShape shape_;
  std::string out_;
};

}  // namespace gdl::test
