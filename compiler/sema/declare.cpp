// First pass: declares every name, and resolves what needs no other name: header, facts,
// references, gradings. See builder.h.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "builder.h"

namespace gdl::sema {

using diag::Code;

bool Builder::declare(std::unordered_map<std::string, Span>& table, const std::string& name,
                      Span span, const char* what) {
  auto [it, fresh] = table.emplace(name, span);
  if (fresh) return true;
  diag::Diagnostic& d =
      report(Code::duplicate_name, span, fmt::format("`{}` is declared twice", name));
  d.related.push_back({it->second, fmt::format("the first {} of this name", what)});
  d.help = "remove one of the two, or give it another name";
  return false;
}

bool Builder::declare_value(const std::string& name, Span span) {
  if (declare(value_names_, name, span, "fact or definition")) return true;
  // Which of the two is meant is not known: what stands on the name is not judged.
  if (auto f = facts_.find(name); f != facts_.end()) failed_facts_[f->second.value] = true;
  if (auto d = defs_.find(name); d != defs_.end()) failed_defs_[d->second.value] = true;
  return false;
}

std::vector<Say> Builder::says(const std::vector<syntax::Say>& in) {
  std::vector<Say> out;
  for (const syntax::Say& s : in) {
    Say say{s.audience.text, s.locale.has_value() ? s.locale->value : "", s.text.value};
    for (const Say& other : out) {
      if (other.audience == say.audience && other.locale == say.locale) {
        report(Code::bad_text, s.span, fmt::format("a second text for `{}`", say.audience)).help =
            "one text for each audience and locale";
      }
    }
    if (std::find(m_.audiences.begin(), m_.audiences.end(), say.audience) == m_.audiences.end() &&
        undeclared_.insert(say.audience).second) {  // it is one mistake, in however many texts
      std::string& help = report(Code::bad_text, s.audience.span,
                                 fmt::format("the audience `{}` is not declared", say.audience))
                              .help;
      help = m_.audiences.empty() ? "add `audience clinician, patient` to the header"
                                  : nearest(m_.audiences, say.audience).help;
      if (help.empty()) help = fmt::format("add `{}` to `audience` in the header", say.audience);
    }
    out.push_back(std::move(say));
  }
  return out;
}

std::vector<Enumerator> Builder::enumerators(const std::vector<syntax::EnumeratorDecl>& in,
                                             const char* what) {
  std::vector<Enumerator> out;
  std::set<std::string> seen;
  for (const syntax::EnumeratorDecl& e : in) {
    if (!seen.insert(e.name.text).second) {
      report(Code::duplicate_name, e.name.span,
             fmt::format("`{}` stands twice among the {}", e.name.text, what));
      continue;
    }
    Enumerator r;
    r.name = e.name.text;
    if (e.label.has_value()) r.label = e.label->value;
    if (e.code.has_value()) r.code = Terminology{e.code->system.text, e.code->code.value};
    r.span = e.span;
    out.push_back(std::move(r));
  }
  if (out.size() > static_cast<std::size_t>(limits::enumerators)) {
    report(Code::too_many, in.front().span,
           fmt::format("more than {} {}", limits::enumerators, what));
  }
  return out;
}

void Builder::header(const syntax::Header& h, const SourceUnit& u) {
  if (u.library || units_.front().get() != &u) {
    report(Code::misplaced, h.span, "only the main file has a `guideline` header");
    return;
  }
  if (++headers_ > 1) {
    report(Code::misplaced, h.span, "a second `guideline` header");
    return;
  }
  m_.header_span = h.name.span;
  m_.name = h.name.text;
  if (h.title.has_value()) m_.title = h.title->value;
  if (!h.language.has_value() && !unread_) {
    report(Code::bad_header, h.name.span, "the header does not say which language it is written in")
        .help = "add `language 1`";
  } else if (h.language.has_value() && integer(*h.language, m_.language, "the language's number") &&
             m_.language != 1) {
    report(Code::bad_header, h.language->span,
           fmt::format("language {} is not known to this version of gdlc", m_.language))
        .help = "this version reads language 1";
  }
  if (h.version.has_value()) {
    m_.version = h.version->value;
    m_.version_span = h.version->span;
  } else if (!unread_) {
    report(Code::bad_header, h.name.span, "the header has no version").help = "add `version 0.1.0`";
  }
  if (h.status.has_value()) {
    const std::vector<std::string> known = {"draft", "submitted", "under_review", "approved",
                                            "retired"};
    m_.status = h.status->text;
    if (std::find(known.begin(), known.end(), m_.status) == known.end()) {
      report(Code::bad_header, h.status->span, fmt::format("there is no status `{}`", m_.status))
          .help = "one of draft, submitted, under_review, approved, retired";
    }
  }
  if (h.updated.has_value()) {
    m_.updated = h.updated->value;
    int y = std::stoi(m_.updated.substr(0, 4));
    int mo = std::stoi(m_.updated.substr(5, 2));
    int d = std::stoi(m_.updated.substr(8, 2));
    bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    const int days[] = {31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (mo < 1 || mo > 12 || d < 1 || d > days[mo - 1]) {
      report(Code::bad_header, h.updated->span,
             fmt::format("{} is no day of the calendar", m_.updated));
    }
  }
  for (const syntax::Name& a : h.audiences) {
    if (std::find(m_.audiences.begin(), m_.audiences.end(), a.text) != m_.audiences.end()) {
      report(Code::duplicate_name, a.span, fmt::format("the audience `{}` stands twice", a.text));
      continue;
    }
    m_.audiences.push_back(a.text);
  }
  if (h.disclaimer.has_value()) m_.disclaimer = h.disclaimer->value;
  for (const syntax::Text& t : h.links) m_.policies.push_back(t.value);
  grading_used_ = h.grading.text;
}

void Builder::check_header() {
  if (headers_ == 0) {
    SourceId file = units_.front()->tree.source;
    // A file that could not be read at all has said so already.
    if (!sink_.has_errors()) {
      report(Code::bad_header, {file, 0, 0}, "the file has no `guideline` header").help =
          "begin with `guideline NAME \"title\" language 1 version 0.1.0`";
    }
  }
  if (!grading_used_.empty()) {
    auto it = gradings_.find(grading_used_);
    if (it == gradings_.end()) {
      report(Code::bad_header, m_.header_span,
             fmt::format("the grading `{}` is not declared", grading_used_))
          .help =
          "declare it with `grading NAME strength a > b evidence x > y`, or use grade or esmo";
    } else {
      m_.grading = it->second;
    }
  } else if (grading_names_.size() == 1) {
    m_.grading = gradings_[grading_names_.begin()->first];
  }
}

void Builder::grading(const syntax::Grading& g) {
  if (gradings_.count(g.name.text) > 0 && grading_names_.count(g.name.text) == 0) {
    report(Code::duplicate_name, g.name.span, fmt::format("`{}` is built in", g.name.text)).help =
        "give the grading another name";
    return;
  }
  auto [it, fresh] = grading_names_.emplace(g.name.text, g.name.span);
  if (!fresh) {
    report(Code::duplicate_name, g.name.span, fmt::format("`{}` is declared twice", g.name.text))
        .related.push_back({it->second, "the first grading of this name"});
    return;
  }
  Grading out{g.name.text, {}, {}};
  for (const Enumerator& e : enumerators(g.strength, "strengths")) out.strength.push_back(e.name);
  for (const Enumerator& e : enumerators(g.evidence, "evidences")) out.evidence.push_back(e.name);
  gradings_[g.name.text] = out;
}

void Builder::reference(const syntax::Reference& r, const SourceUnit& u) {
  Reference out;
  // Another file's reference 1 is another reference: the table says whose it is.
  out.id = u.qualifier + r.id.text;
  if (r.title.has_value()) out.title = r.title->value;
  if (r.publisher.has_value()) out.publisher = r.publisher->value;
  if (r.url.has_value()) out.url = r.url->value;
  if (r.year.has_value()) integer(*r.year, out.year, "a year");
  out.span = r.span;
  auto& table = references_[u.references];
  if (auto it = table.find(r.id.text); it != table.end()) {
    report(Code::duplicate_name, r.id.span,
           fmt::format("reference {} is declared twice", r.id.text))
        .related.push_back({m_.references[it->second].span, "the first one"});
    return;
  }
  table.emplace(r.id.text, m_.references.push(std::move(out)));
}

void Builder::fact(const syntax::Fact& f, const SourceUnit& u) {
  Fact out;
  out.name = u.qualifier + f.name.text;
  out.name_span = f.name.span;
  out.span = f.span;
  out.imported = u.library;
  if (f.label.has_value()) out.label = f.label->value;
  for (const syntax::CodeBinding& c : f.codes) out.codes.push_back({c.system.text, c.code.value});
  out.says = says(f.says);
  bool ok = true;
  switch (f.type) {
    case syntax::Fact::Type::boolean: {
      out.kind = FactKind::boolean;
      std::vector<Enumerator> yes_no = enumerators(f.enumerators, "values");
      std::reverse(yes_no.begin(), yes_no.end());  // index 0 is no
      out.enumerators = std::move(yes_no);
      break;
    }
    case syntax::Fact::Type::enumeration:
    case syntax::Fact::Type::ordered:
      out.kind = FactKind::enumeration;
      out.ordered = f.type == syntax::Fact::Type::ordered;
      out.enumerators = enumerators(f.enumerators, "values");
      ok = out.enumerators.size() <= static_cast<std::size_t>(limits::enumerators);
      break;
    case syntax::Fact::Type::set: {
      const auto most = static_cast<std::size_t>(limits::set_elements);
      out.kind = FactKind::set;
      out.enumerators = enumerators(f.enumerators, "elements");
      if (out.enumerators.size() > most) {
        ok = false;
        if (out.enumerators.size() <= static_cast<std::size_t>(limits::enumerators)) {
          report(Code::too_many, f.name.span, fmt::format("a set has at most {} elements", most));
        }
        out.enumerators.resize(most);
      }
      break;
    }
    case syntax::Fact::Type::range: {
      bool decimal = (f.lo.number + f.hi.number).find_first_of(".eE") != std::string::npos;
      out.kind = decimal ? FactKind::decimal : FactKind::integer;
      // All of these are looked at: each may have a mistake of its own.
      bool lo = number(f.lo, out.lo);
      bool hi = number(f.hi, out.hi);
      ok = unit(f.unit, out.unit) && lo && hi;
      if (lo && hi && out.hi < out.lo) {
        ok = false;
        report(Code::bad_number, f.lo.span.to(f.hi.span), "the range ends below its beginning")
            .help = "write the smaller number first";
      }
      break;
    }
    case syntax::Fact::Type::error: ok = false; break;
  }
  if (!declare_value(out.name, f.name.span)) return;
  std::string name = out.name;
  FactId id = m_.facts.push(std::move(out));
  failed_facts_.push_back(!ok);
  facts_.emplace(name, id);
  if (ok) default_value(f, id);
}

void Builder::default_value(const syntax::Fact& f, FactId id) {
  if (!f.default_value.has_value()) return;
  const syntax::Operand& d = *f.default_value;
  Fact& stored = m_.facts[id];
  const std::string& name = stored.name;
  Value v;
  bool ok = false;
  if (stored.kind == FactKind::integer || stored.kind == FactKind::decimal) {
    if (d.kind != syntax::Operand::Kind::quantity) {
      report(Code::type_error, d.span, fmt::format("the default of `{}` is a number", name));
    } else {
      ok = threshold(d.quantity, f.unit, id, v.number);
    }
  } else if (stored.kind == FactKind::set) {
    if (d.kind != syntax::Operand::Kind::set) {
      report(Code::type_error, d.span, fmt::format("the default of `{}` is a set", name)).help =
          "write it in braces, as in `{brain}` or `{}`";
    } else {
      ok = true;
      for (const syntax::Operand& e : d.elements) {
        std::size_t i = 0;
        if (member(stored.enumerators, e, name, i)) {
          v.set |= std::uint64_t{1} << i;
        } else {
          ok = false;
        }
      }
    }
  } else {
    std::size_t i = 0;
    ok = member(stored.enumerators, d, name, i);
    v.index = static_cast<std::uint32_t>(i);
  }
  if (ok) stored.default_value = v;
}

void Builder::define(const syntax::Define& d, const Item& item) {
  const SourceUnit& u = *units_[item.unit];
  std::string name = u.qualifier + d.name.text;
  if (!declare_value(name, d.name.span)) return;
  Definition out;
  out.name = name;
  if (d.label.has_value()) out.label = d.label->value;
  out.span = d.span;
  out.name_span = d.name.span;
  out.imported = u.library;
  switch (d.kind) {
    case syntax::Define::Kind::condition: out.kind = DefKind::boolean; break;
    case syntax::Define::Kind::score: out.kind = DefKind::score; break;
    default: out.kind = DefKind::enumeration; break;
  }
  out.when = false_;
  if (d.kind == syntax::Define::Kind::enumeration) {
    std::vector<syntax::EnumeratorDecl> names;
    for (const syntax::Alternative& a : d.alternatives) names.push_back(a.name);
    for (Enumerator& e : enumerators(names, "alternatives")) {
      out.alternatives.push_back({std::move(e), false_});
    }
  } else if (d.kind == syntax::Define::Kind::bands) {
    out.bands = out.ordered = true;
    for (Enumerator& e : enumerators(d.bands, "bands")) {
      out.alternatives.push_back({std::move(e), false_});
    }
  }
  failed_defs_.push_back(d.kind == syntax::Define::Kind::error);
  defs_.emplace(name, m_.definitions.push(std::move(out)));
  pending_defs_.push({&d, item.unit});
}

void Builder::action(const syntax::Action& a, const Item& item) {
  const SourceUnit& u = *units_[item.unit];
  std::string name = u.qualifier + a.name.text;
  if (!declare(action_names_, name, a.name.span, "action")) return;
  Action out;
  out.name = name;
  out.leaf = !a.expr.has_value();
  if (a.label.has_value()) out.label = a.label->value;
  for (const syntax::CodeBinding& c : a.codes) out.codes.push_back({c.system.text, c.code.value});
  out.says = says(a.says);
  out.span = a.span;
  out.name_span = a.name.span;
  out.imported = u.library;
  actions_.emplace(name, m_.actions.push(std::move(out)));
  pending_actions_.push({&a, item.unit, {}});
}

void Builder::decision(const syntax::Decision& d, const Item& item) {
  if (units_[item.unit]->library) {
    report(Code::misplaced, d.name.span, "a library has no decisions").help =
        "`include` a part of this guideline; `import` brings facts, definitions and actions";
    return;
  }
  if (d.name.text == "safety") {
    report(Code::misplaced, d.name.span, "the name `safety` is kept for safety rules");
  }
  if (!declare(decision_names_, d.name.text, d.name.span, "decision")) return;
  Decision out;
  out.name = d.name.text;
  if (d.title.has_value()) out.title = d.title->value;
  out.domain = true_;
  out.choose = d.choose.value_or(Choose::any);
  out.partial = d.partial;
  out.says = says(d.says);
  out.span = d.span;
  out.name_span = d.name.span;
  decisions_.emplace(d.name.text, m_.decisions.push(std::move(out)));
  unnamed_.push_back(0);
}

void Builder::rule_name(const syntax::Rule& r, const Item& item) {
  if (units_[item.unit]->library) {
    report(Code::misplaced, r.head_span, "a library has no rules").help =
        "`include` a part of this guideline; `import` brings facts, definitions and actions";
    return;
  }
  Rule out;
  out.when = true_;
  out.span = r.span;
  out.head_span = r.head_span;
  if (r.title.has_value()) out.title = r.title->value;
  const std::vector<syntax::Name>& parts = r.name.parts;
  if (r.safety) {
    bool qualified = parts.size() == 2 && parts[0].text == "safety";
    if (parts.size() > 1 && !qualified) {
      report(Code::misplaced, r.name.span, "a safety rule stands outside all decisions").help =
          "give it a single name";
    }
    out.name = parts.back().text;
  } else if (parts.size() > 2) {
    report(Code::unknown_name, r.name.span, "a rule is named `rule` or `decision.rule`");
    return;
  } else if (parts.size() == 2) {
    auto it = decisions_.find(parts[0].text);
    if (it == decisions_.end()) {
      unknown_decision(parts[0].span, parts[0].text);
      return;
    }
    out.decision = it->second;
    out.name = r.name.text();
  } else {
    auto it = above_.find(item.unit);
    if (it == above_.end()) {
      if (unread_) return;  // it may stand in the part that could not be read
      if (!homeless_.insert(item.unit).second) return;  // mostly a decision is missing: one mistake
      report(Code::misplaced, r.head_span, "this rule stands above every decision").help =
          "write its decision above it, move it below its decision, or name it `decision.rule`; "
          "the same holds for rules "
          "that follow it";
      return;
    }
    out.decision = it->second;
    const std::string& decision = m_.decisions[out.decision].name;
    out.unnamed = r.bare;
    out.name = r.bare ? fmt::format("{}.#{}", decision, ++unnamed_[out.decision.value])
                      : decision + "." + parts.back().text;
  }
  if (r.bare) {
    diag::Diagnostic& d =
        report(Code::unnamed_rule, r.head_span, "this rule has no name: answers cannot cite it");
    d.help = fmt::format("write `rule NAME` before it; until then it is `{}`", out.name);
    diag::Fix name;
    name.span = {r.span.file, r.span.begin, r.span.begin};
    name.replacement = "rule ... ";
    name.fill = true;
    d.choices = {std::move(name)};
  } else if (!declare(rule_names_, out.name, r.name.span, "rule")) {
    return;
  }
  std::string name = out.name;
  DecisionId decision = out.decision;
  RuleId id = m_.rules.push(std::move(out));
  rules_.emplace(std::move(name), id);
  pending_rules_.push({&r, item.unit});
  if (decision.valid()) m_.decisions[decision].rules.push_back(id);
}

void Builder::declare_names() {
  gradings_["grade"] = {"grade", {"strong", "weak"}, {"high", "moderate", "low", "very_low"}};
  gradings_["esmo"] = {"esmo", {"A", "B", "C", "D", "E"}, {"I", "II", "III", "IV", "V"}};
  // The header first: audiences must be known wherever texts are read. Decisions before rules: a
  // rule may name one that comes later.
  for (const Item& i : items_) {
    if (const auto* h = std::get_if<syntax::Header>(i.declaration)) header(*h, *units_[i.unit]);
  }
  for (const Item& i : items_) {
    if (const auto* d = std::get_if<syntax::Decision>(i.declaration)) decision(*d, i);
  }
  for (const Item& item : items_) {
    const SourceUnit& u = *units_[item.unit];
    const syntax::Declaration& d = *item.declaration;
    if (const auto* f = std::get_if<syntax::Fact>(&d)) {
      fact(*f, u);
    } else if (const auto* r = std::get_if<syntax::Reference>(&d)) {
      reference(*r, u);
    } else if (const auto* def = std::get_if<syntax::Define>(&d)) {
      define(*def, item);
    } else if (const auto* a = std::get_if<syntax::Action>(&d)) {
      action(*a, item);
    } else if (const auto* dec = std::get_if<syntax::Decision>(&d)) {
      auto it = decisions_.find(dec->name.text);
      if (it != decisions_.end()) above_[item.unit] = it->second;
    } else if (const auto* rule = std::get_if<syntax::Rule>(&d)) {
      rule_name(*rule, item);
    } else if (const auto* g = std::get_if<syntax::Grading>(&d)) {
      if (!u.library) grading(*g);
    }
    if (!u.library) continue;
    bool foreign =
        std::holds_alternative<syntax::Accept>(d) || std::holds_alternative<syntax::Scenario>(d) ||
        std::holds_alternative<syntax::Grading>(d) || std::holds_alternative<syntax::Remark>(d);
    if (!foreign) continue;
    Span span = std::visit([](const auto& x) { return x.span; }, d);
    report(Code::misplaced, span, "a library has no scenarios, accepts, gradings or remarks").help =
        "a library brings facts, definitions, actions, exclusions, impossibilities and references";
  }
}

}  // namespace gdl::sema
