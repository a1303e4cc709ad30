// A program as text, for people: one line a row, in the order of the file.
#include "disassemble.h"

namespace gdlrt {

namespace {

const char* mnemonic(uint32_t op) {
  switch (static_cast<Op>(op)) {
#define GDLRT_OPCODE(id, name, text) \
  case Op::id: return name;
#include "gdlrt/opcodes.def"
  }
  return "?";
}

struct Printer {
  const Program& p;
  Out& out;

  void number(uint32_t index) {
    char buffer[num::kMaxFormat];
    out.put(buffer, num::format(p.number(index), buffer, sizeof buffer));
  }
  void words(const char* label, uint32_t first, uint32_t count) {
    if (count == 0) return;
    out << ' ' << label << '(';
    for (uint32_t i = 0; i < count; ++i) out << (i > 0 ? " " : "") << p.operands[first + i];
    out << ')';
  }
  void mask(uint32_t first, uint32_t bits) {
    out << '{';
    bool any = false;
    for (uint32_t i = 0; i < bits; ++i) {
      if (!mask_test(p.masks.data + first, i)) continue;
      out << (any ? " " : "") << i;
      any = true;
    }
    out << '}';
  }

  void node(uint32_t i) {
    const NodeRow& n = p.nodes[i];
    out << "n" << i << ' ' << mnemonic(n.op);
    switch (static_cast<Op>(n.op)) {
      case Op::constant: out << ' ' << n.a; break;
      case Op::value_in:
        out << ' ' << p.name(p.facts[n.a].name) << ' ';
        mask(n.b, p.facts[n.a].classes);
        break;
      case Op::set_has:
        out << ' ' << p.name(p.facts[n.a].name) << ' '
            << p.name(p.enumerators[p.facts[n.a].enum_first + n.b].name);
        break;
      case Op::set_is:
        out << ' ' << p.name(p.facts[n.a].name) << ' ';
        mask(n.b, p.facts[n.a].enum_count);
        break;
      case Op::set_count:
        out << ' ' << p.name(p.facts[n.a].name) << ' ' << n.b << ".." << n.c;
        break;
      case Op::known: out << ' ' << p.name(p.facts[n.a].name); break;
      case Op::negation: out << " n" << n.a; break;
      case Op::all:
      case Op::any: words("", n.a, n.b); break;
      case Op::at_least:
        out << ' ' << n.c << " of";
        words("", n.a, n.b);
        break;
      case Op::score:
        out << ' ' << static_cast<int64_t>(static_cast<int32_t>(p.operands[n.c])) << ".."
            << static_cast<int64_t>(static_cast<int32_t>(p.operands[n.c + 1]));
        for (uint32_t k = 0; k < n.b; ++k) {
          out << " n" << p.operands[n.a + 2 * k] << ':'
              << static_cast<int64_t>(static_cast<int32_t>(p.operands[n.a + 2 * k + 1]));
        }
        break;
    }
    out << '\n';
  }

  void fact(uint32_t f) {
    const FactRow& row = p.facts[f];
    static constexpr char kinds[][12] = {"yes/no", "enumeration", "integer", "decimal", "set"};
    out << "fact " << f << ' ' << p.name(row.name) << ' ' << kinds[row.kind];
    for (uint32_t i = 0; i < row.enum_count; ++i) {
      out << ' ' << p.name(p.enumerators[row.enum_first + i].name);
    }
    if (row.lo != kNone) {
      out << ' ';
      number(row.lo);
      out << "..";
      number(row.hi);
      if (p.name(row.unit)[0] != 0) out << ' ' << p.name(row.unit);
      out << " cuts";
      for (uint32_t i = 0; i < row.cut_count; ++i) {
        out << (p.cuts[row.cut_first + i].after != 0 ? " >" : " >=");
        number(p.cuts[row.cut_first + i].number);
      }
    }
    if ((row.flags & kUsed) == 0) out << " (not used)";
    if ((row.flags & kHasDefault) != 0) out << " (has a default)";
    out << '\n';
  }

  void rule(uint32_t r) {
    const RuleRow& row = p.rules[r];
    out << "rule " << r;
    if (!p.stripped()) out << ' ' << p.text(p.rule_texts[r].name);
    out << " when n" << row.applies;
    words("overridden_by", row.overridden_first, row.overridden_count);
    words("yields_to", row.yields_first, row.yields_count);
    out << '\n';
    for (uint32_t k = 0; k < row.directive_count; ++k) {
      const DirectiveRow& d = p.directives[row.directive_first + k];
      out << "  " << kVerbNames[d.verb] << ' ' << p.name(d.action);
      if (p.name(d.over)[0] != 0) out << " over " << p.name(d.over);
      words("ways", d.way_first, d.way_count);
      out << '\n';
    }
  }

  void all() {
    const Header& h = p.header();
    out << "gdlb " << static_cast<uint32_t>(h.major) << '.' << static_cast<uint32_t>(h.minor)
        << ", " << h.file_size << " bytes" << ((h.flags & kUnchecked) != 0 ? ", unchecked" : "")
        << ((h.flags & kStripped) != 0 ? ", stripped" : "") << "\nsource sha256:";
    out.hex(h.source_hash, 32) << '\n';
    out << "guideline " << p.name(p.guideline[0].name) << ' ' << p.name(p.guideline[0].version)
        << '\n';
    static constexpr char kNames[][12] = {
#define GDLRT_SECTION(number, id, Row, kind) #id,
#include "gdlrt/sections.def"
    };
    for (uint32_t i = 0; i < kSections; ++i) {
      const SectionEntry& s = p.sections()[i];
      out << "section " << s.kind << ' ' << kNames[i] << ": " << s.count << " rows at " << s.offset
          << '\n';
    }
    for (uint32_t f = 0; f < p.facts.count; ++f) fact(f);
    for (uint32_t i = 0; i < p.nodes.count; ++i) node(i);
    for (const ImpossibleRow& i : p.impossibles) {
      out << "impossible n" << i.node;
      if (i.condition != 0) out << " (" << p.text(i.condition) << ')';
      out << '\n';
    }
    for (uint32_t w = 0; w < p.ways.count; ++w) {
      const WayRow& way = p.ways[w];
      out << "way " << w;
      for (uint32_t a : p.range(way.leaf_first, way.leaf_count))
        out << ' ' << p.name(p.actions[a].name);
      words("banned_by", way.ban_first, way.ban_count);
      words("parameters", way.param_first, way.param_count);
      out << '\n';
    }
    for (uint32_t d = 0; d < p.decisions.count; ++d) {
      out << "decision " << p.name(p.decisions[d].name) << " for n" << p.decisions[d].domain;
      words("rules", p.decisions[d].rule_first, p.decisions[d].rule_count);
      out << '\n';
    }
    for (uint32_t r = 0; r < p.rules.count; ++r) rule(r);
  }
};

}  // namespace

void disassemble(const Program& program, Out& out) { Printer{program, out}.all(); }

}  // namespace gdlrt
