// What the writers share: see by_hand_source.h.
#include "by_hand.h"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "by_hand_source.h"
#include "gdlrt/record.h"

namespace gdl::bench {

using gdlrt::FactRow;
using gdlrt::NodeRow;
using gdlrt::Op;

std::vector<std::uint32_t> offers_of(const gdlrt::Program& p) {
  std::vector<std::size_t> slot;
  std::size_t slots = 0;
  for (const gdlrt::DirectiveRow& d : p.directives) {
    slot.push_back(slots);
    if (gdlrt::is_for(d.verb)) slots += d.way_count;
  }
  std::vector<std::uint32_t> out(slots);
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, std::uint32_t> seen;
  for (std::uint32_t d = 0; d < p.decisions.count; ++d) {
    for (std::uint32_t r : p.range(p.decisions[d].rule_first, p.decisions[d].rule_count)) {
      const gdlrt::RuleRow& row = p.rules[r];
      for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count;
           ++k) {
        const gdlrt::DirectiveRow& dir = p.directives[k];
        if (!gdlrt::is_for(dir.verb)) continue;
        for (std::uint32_t w = 0; w < dir.way_count; ++w) {
          auto next = static_cast<std::uint32_t>(seen.size());
          out[slot[k] + w] =
              seen.try_emplace({d, dir.verb, p.operands[dir.way_first + w]}, next).first->second;
        }
      }
    }
  }
  return out;
}

namespace {

std::size_t count_of(const List& offer_of) {
  return offer_of.empty() ? 0
                          : *std::max_element(offer_of.begin(), offer_of.end()) + std::size_t{1};
}
List list(gdlrt::View<gdlrt::WordRow> rows) { return {rows.begin(), rows.end()}; }

/// Calls `visit` with each *for* directive of the rule.
template <class Visit>
void each_for(const gdlrt::Program& p, std::uint32_t rule, Visit&& visit) {
  const gdlrt::RuleRow& row = p.rules[rule];
  for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    if (gdlrt::is_for(p.directives[k].verb)) visit(k, p.directives[k]);
  }
}

}  // namespace

Source::Source(const gdlrt::Program& program, const RecordLayout& record)
    : p(program),
      layout(record),
      offer_of(offers_of(program)),
      answer(program.rules.count, count_of(offer_of), program.decisions.count),
      early_(program.rules.count),
      early_decision_(program.decisions.count) {
  std::uint32_t at = 0;
  for (const gdlrt::DirectiveRow& d : p.directives) {
    first_slot_.push_back(at);
    if (gdlrt::is_for(d.verb)) at += d.way_count;
  }
  for (std::uint32_t w = 0; w < p.ways.count; ++w) gone_.push_back(gone(w, nullptr));
  find_early();
  find_classes();
}

bool Source::small() const {
  return p.rules.count <= 64 && p.decisions.count <= 64 && p.ways.count <= 64 &&
         answer.counts[1] <= 64;
}

void Source::find_early() {
  for (std::uint32_t r = 0; r < p.rules.count; ++r) {
    if (p.rules[r].decision == gdlrt::kNone) early_[r] = 1;
    for (std::uint32_t o : overridden(r)) early_[o] = 1;
  }
  for (const Gone& g : gone_) {
    for (std::uint32_t b : g.bans) early_[b] = 1;
    for (const std::set<List>& q : g.params) {
      for (const List& l : q) {
        for (std::uint32_t r : l) early_[r] = 1;
      }
    }
  }
  for (std::uint32_t d = 0; d < p.decisions.count; ++d) {
    const List all = rules(d);
    if (std::none_of(all.begin(), all.end(), [&](std::uint32_t r) { return early(r); })) continue;
    early_decision_[d] = 1;
    for (std::uint32_t r : all) early_[r] = 1;
  }
}

bool Source::first(std::uint32_t decision) const {
  return static_cast<gdlrt::Choose>(p.decisions[decision].choose) == gdlrt::Choose::first;
}
List Source::impossible() const {
  List out;
  for (const gdlrt::ImpossibleRow& i : p.impossibles) out.push_back(i.node);
  return out;
}
List Source::rules(std::uint32_t decision) const {
  return list(p.range(p.decisions[decision].rule_first, p.decisions[decision].rule_count));
}
List Source::overridden(std::uint32_t rule) const {
  return list(p.range(p.rules[rule].overridden_first, p.rules[rule].overridden_count));
}

Advised Source::advised(std::uint32_t rule, std::uint32_t directive) const {
  const gdlrt::DirectiveRow& dir = p.directives[directive];
  return {list(p.range(dir.way_first, dir.way_count)),
          list(p.range(p.rules[rule].yields_first, p.rules[rule].yields_count)),
          {rule}};
}

std::vector<Advised> Source::advised(std::uint32_t decision) const {
  std::map<std::pair<List, List>, std::size_t> at;
  std::vector<Advised> out;
  for (std::uint32_t r : rules(decision)) {
    each_for(p, r, [&](std::uint32_t k, const gdlrt::DirectiveRow&) {
      Advised a = advised(r, k);
      auto [found, fresh] = at.try_emplace({a.ways, a.yields}, out.size());
      if (fresh) {
        out.push_back(std::move(a));
      } else if (out[found->second].rules.back() != r) {
        out[found->second].rules.push_back(r);
      }
    });
  }
  return out;
}

std::vector<OfferBy> Source::offers(std::uint32_t decision) const {
  std::map<std::uint32_t, OfferBy> by;
  for (std::uint32_t r : rules(decision)) {
    each_for(p, r, [&](std::uint32_t k, const gdlrt::DirectiveRow& dir) {
      for (std::uint32_t w = 0; w < dir.way_count; ++w) {
        OfferBy& o = by[offer(k, w)];
        o.offer = offer(k, w);
        o.way = p.operands[dir.way_first + w];
        if (o.rules.empty() || o.rules.back() != r) o.rules.push_back(r);
      }
    });
  }
  std::vector<OfferBy> out;
  for (auto& [number, o] : by) out.push_back(std::move(o));
  return out;
}

Gone Source::gone(std::uint32_t way, const List* heard) const {
  const gdlrt::WayRow& row = p.ways[way];
  auto hears = [heard](std::uint32_t ban) {
    return heard == nullptr || std::find(heard->begin(), heard->end(), ban) != heard->end();
  };
  Gone out;
  for (std::uint32_t b : p.range(row.ban_first, row.ban_count)) {
    if (hears(b)) out.bans.push_back(b);
  }
  for (std::uint32_t q : p.range(row.param_first, row.param_count)) {
    const gdlrt::ParamRow& param = p.params[q];
    std::set<List> lists;
    bool stays = false;  // some class that nothing takes away
    for (std::uint32_t c = 0; c < param.classes && !stays; ++c) {
      std::set<std::uint32_t> by;
      for (std::uint32_t k = 0; k < param.setting_count; ++k) {
        const gdlrt::ParamUseRow& u = p.param_uses[param.setting_first + k];
        if (!gdlrt::mask_test(p.masks.data + u.mask, c)) by.insert(u.rule);
      }
      for (std::uint32_t k = 0; k < row.param_ban_count; ++k) {
        const gdlrt::ParamUseRow& u = p.param_uses[row.param_ban_first + k];
        if (u.param == q && hears(u.rule) && gdlrt::mask_test(p.masks.data + u.mask, c))
          by.insert(u.rule);
      }
      stays = by.empty();
      lists.insert(List(by.begin(), by.end()));
    }
    if (!stays) out.params.push_back(std::move(lists));
  }
  return out;
}

std::string Source::text(const Gone& gone, const Any& any) {
  std::string out = gone.bans.empty() ? "" : any(gone.bans);
  for (const std::set<List>& q : gone.params) {
    std::string all;
    for (const List& l : q) all += (all.empty() ? "(" : " & ") + any(l);
    out += (out.empty() ? "" : " | ") + all + ")";
  }
  return out.empty() ? out : "(" + out + ")";
}

std::string Source::withdrawn(const Advised& a, const Any& any, const char* negation) const {
  auto emptied = [&](const List& heard) -> std::string {
    std::string out;
    for (std::uint32_t w : a.ways) {
      const std::string one = text(gone(w, &heard), any);
      if (one.empty()) return "";
      out += (out.empty() ? "" : " & ") + one;
    }
    return out;
  };
  if (a.yields.empty() || a.ways.empty()) return "";
  const std::string yielded = emptied(a.yields);
  if (yielded.empty()) return "";
  // Where what is set clashes by itself nothing is withdrawn.
  const std::string clash = emptied({});
  return "(" + yielded + (clash.empty() ? "" : fmt::format(" & {}({})", negation, clash)) + ")";
}

std::string Source::answers(std::uint32_t rule, const Any& any, const char* no, const char* yes,
                            const char* negation) const {
  std::string out = has(rule, gdlrt::kHasNone) ? yes : no;
  const gdlrt::RuleRow& row = p.rules[rule];
  for (std::uint32_t k = row.directive_first; k < row.directive_first + row.directive_count; ++k) {
    if (!gdlrt::is_for(p.directives[k].verb)) continue;
    const std::string gone = withdrawn(advised(rule, k), any, negation);
    out += std::string(" | ") + (gone.empty() ? yes : negation + gone);
  }
  return out;
}

void Source::find_classes() {
  // Of every node, also of those that are better written by what they join.
  std::vector<Classes> all(p.nodes.count);
  classes_.resize(p.nodes.count);
  for (std::uint32_t i = 0; i < p.nodes.count; ++i) {
    const NodeRow& n = p.nodes[i];
    const Op op = static_cast<Op>(n.op);
    if (op == Op::value_in) {
      all[i] = {n.a, std::vector<bool>(p.facts[n.a].classes)};
      for (std::uint32_t k = 0; k < all[i].in.size(); ++k)
        all[i].in[k] = gdlrt::mask_test(p.masks.data + n.b, k);
      classes_[i] = all[i];
      continue;
    }
    const gdlrt::Operands o = gdlrt::operands_of(p, n);
    if (o.count == 0 || (op != Op::negation && op != Op::all && op != Op::any)) continue;
    Classes c = all[o.first[0]];
    for (std::uint32_t k = 1; k < o.count; ++k) {
      const Classes& other = all[o.first[k]];
      if (other.fact != c.fact) c.fact = gdlrt::kNone;
      if (c.fact == gdlrt::kNone) break;
      for (std::size_t j = 0; j < c.in.size(); ++j)
        c.in[j] = op == Op::all ? c.in[j] && other.in[j] : c.in[j] || other.in[j];
    }
    if (c.fact == gdlrt::kNone) continue;
    if (op == Op::negation) c.in.flip();
    all[i] = std::move(c);
    if (op != Op::negation) classes_[i] = all[i];
  }
}

std::vector<Source::Run> Source::runs(std::uint32_t node) const {
  const std::vector<bool>& in = classes_[node].in;
  std::vector<Run> out;
  for (std::uint32_t c = 0; c < in.size();) {
    if (!in[c]) {
      ++c;
      continue;
    }
    std::uint32_t end = c + 1;
    while (end < in.size() && in[end]) ++end;
    out.push_back({c, end});
    c = end;
  }
  return out;
}

namespace {

std::string number(const gdlrt::num::Rational& r, bool real) {
  char text[gdlrt::num::kMaxFormat];
  std::string out(text, gdlrt::num::format(r, text, sizeof text));
  return real && out.find('.') == std::string::npos ? out + ".0" : out;
}

}  // namespace

Source::Threshold Source::threshold(std::uint32_t fact, std::uint32_t c) const {
  const FactRow& f = p.facts[fact];
  if (f.cut_count == 0) return {false, std::to_string(c)};
  const gdlrt::CutRow& cut = p.cuts[f.cut_first + c - 1];
  gdlrt::num::Rational r = p.number(cut.number);
  if (layout.fields[fact].raw == GDLRT_RAW_F64) return {cut.after != 0, number(r, true)};
  if (cut.after != 0) (void)gdlrt::num::add(r.floor(), gdlrt::num::Rational::from_int(1), r);
  return {false, number(r.ceil(), false)};
}

std::set<std::uint32_t> Source::below(const List& nodes) const {
  std::set<std::uint32_t> out;
  List open = nodes;
  while (!open.empty()) {
    std::uint32_t i = open.back();
    open.pop_back();
    if (!out.insert(i).second || leaf(i)) continue;
    const gdlrt::Operands o = gdlrt::operands_of(p, p.nodes[i]);
    for (std::uint32_t k = 0; k < o.count; ++k) open.push_back(o.first[k * o.stride]);
  }
  return out;
}

void Parts::add(const std::string& text, std::size_t rules,
                const std::map<std::uint32_t, std::string>& helpers) {
  text_ += text;
  helpers_.insert(helpers.begin(), helpers.end());
  rules_ += rules + 1;
  if (rules_ < most_) return;
  std::string all = head_;
  for (const auto& [number, helper] : helpers_) all += helper;
  files_.push_back({fmt::format("{}_{}.cpp", prefix_, files_.size()), all + text_});
  text_.clear();
  helpers_.clear();
  rules_ = 0;
}

void Parts::end(Written& out) {
  if (rules_ > 0) {
    most_ = 0;
    add("", 0);
  }
  out.files.insert(out.files.end(), files_.begin(), files_.end());
}

Written by_hand(const gdlrt::Program& p, const RecordLayout& layout, ColumnStyle columns,
                bool split) {
  const Source source(p, layout);
  Written out;
  write_rows(source, split || !source.small(), out);
  write_columns(source, columns, out);
  return out;
}

}  // namespace gdl::bench
