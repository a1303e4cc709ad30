// See fixes.h.
#include "fixes.h"

#include <fmt/core.h>

#include <algorithm>

namespace gdl::analysis {

using namespace sema;

namespace {

/// Below what a new declaration of the decision goes: its last rule that no other decision comes before,
/// so that a bare name there still belongs to it.
Span last_of(const Model& m, DecisionId id) {
  const Span own = m.decisions[id].span;
  std::uint32_t next = 0xffffffffu;
  for (const Decision& d : m.decisions) {
    if (d.span.file == own.file && d.span.begin > own.begin) next = std::min(next, d.span.begin);
  }
  Span out = own;
  for (RuleId r : m.decisions[id].rules) {
    Span s = m.rules[r].span;
    if (s.file == own.file && s.begin > own.begin && s.begin < next && s.end > out.end) out = s;
  }
  return out;
}

diag::Fix below(Span place, std::string text, std::string message, bool fill) {
  diag::Fix out;
  out.span = {place.file, place.end, place.end};
  out.replacement = std::move(text);
  out.message = std::move(message);
  out.lines = true;
  out.fill = fill;
  return out;
}

/// `rule` is among those that override `other`, directly or by others.
bool overrides(const Model& m, RuleId rule, RuleId other) {
  std::vector<RuleId> open = {other};
  std::vector<bool> seen(m.rules.size(), false);
  while (!open.empty()) {
    RuleId at = open.back();
    open.pop_back();
    if (at == rule) return true;
    if (seen[at.value]) continue;
    seen[at.value] = true;
    for (const std::vector<RuleId>* by : {&m.rules[at].overridden_by, &m.rules[at].yields_to}) {
      open.insert(open.end(), by->begin(), by->end());
    }
  }
  return false;
}

}  // namespace

diag::Fix rule_for(const Model& m, DecisionId d, const std::string& when) {
  std::string text = "rule ...\n";
  if (!when.empty()) text += "  when " + when + "\n";
  return below(last_of(m, d), text + "  recommend ...",
               "a rule for them; `no recommendation because \"...\"` is an answer too", true);
}

diag::Fix accept_of(const Model& m, const std::string& kind, DecisionId d, const std::string& when,
                    RuleId a, RuleId b) {
  std::string text = fmt::format("accept {} in {}", kind, m.decisions[d].name);
  if (a.valid()) text += fmt::format(" between {} and {}", m.rules[a].name, m.rules[b].name);
  if (!when.empty()) text += "\n  when " + when;
  return below(last_of(m, d), text + "\n  because ...", "leave it as it is, with the reason", true);
}

std::optional<diag::Fix> override_by(const Model& m, RuleId winner,
                                     const std::vector<RuleId>& losers) {
  const Rule& w = m.rules[winner];
  std::string names;
  bool reason = false;
  std::string
      freed;  // losers that override others, which speak again where the loser no longer stands
  for (RuleId r : losers) {
    // A circle would not compile; an override that is there already did not help.
    if (m.rules[r].unnamed || r == winner || overrides(m, r, winner)) return std::nullopt;
    names += (names.empty() ? "" : ", ") + m.rules[r].name;
    reason = reason || (m.rules[r].has_against && w.because.empty());
    if (m.rules[r].overrides_all || !m.rules[r].overrides.empty()) {
      freed += (freed.empty() ? "" : ", ") + ("`" + m.rules[r].name + "`");
    }
  }
  std::string text = "  overrides " + names + (reason ? "\n  because ..." : "");
  std::string message = fmt::format("let `{}` override", w.name);
  if (!freed.empty()) message += fmt::format("; what {} overrides then speaks again", freed);
  return below(w.span, std::move(text), std::move(message), reason);
}

void override_either(const Model& m, RuleId a, RuleId b, std::vector<diag::Fix>& out) {
  for (auto [winner, loser] : {std::pair(a, b), std::pair(b, a)}) {
    if (std::optional<diag::Fix> fix = override_by(m, winner, {loser})) out.push_back(*fix);
  }
}

std::optional<diag::Fix> unless(const Model& m, RuleId rule, const std::string& when) {
  const Rule& r = m.rules[rule];
  // Several groups of patients are no exception, but several questions.
  bool several = when.find('\n') != std::string::npos;
  if (r.unless.valid() || r.directives.empty() || when.empty() || several) return std::nullopt;
  const Span at = r.directives.front().span;
  diag::Fix out;
  out.span = {at.file, at.begin, at.begin};
  out.replacement = "unless " + when + "\n  ";
  out.message = fmt::format("except them from `{}`", r.name);
  return out;
}

}  // namespace gdl::analysis
