// Facts, decisions and texts of two versions: see diff_parts.h.
#include "diff_parts.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <unordered_map>

#include "values.h"

namespace gdl::analysis {

using namespace sema;

const char* fate_text(Fate fate) {
  switch (fate) {
    case Fate::added: return "added";
    case Fate::removed: return "removed";
    case Fate::retyped: return "retyped";
    case Fate::changed: return "changed";
  }
  return "";
}

namespace {

std::string unit_text(const UnitUse& u) {
  if (u.text.empty()) return "";
  return u.quoted ? " '" + u.text + "'" : " " + u.text;
}

std::string number_text(const Fact& f, const Rational& r) {
  std::string out = show(r);
  // Decimal bounds are what makes a fact decimal.
  if (f.kind == FactKind::decimal && r.is_integer()) out += ".0";
  return out;
}

/// The type as an author writes it.
std::string type_text(const Fact& f) {
  if (f.kind == FactKind::boolean) return "yes | no";
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    return number_text(f, f.lo) + ".." + number_text(f, f.hi) + unit_text(f.unit);
  }
  std::string out;
  for (const Enumerator& e : f.enumerators) {
    out += (out.empty() ? "" : f.ordered ? " < " : " | ") + e.name;
  }
  return (f.kind == FactKind::set ? "set of " : "") + out;
}

std::string default_text(const Fact& f) {
  if (!f.default_value.has_value()) return "";
  const Value& v = *f.default_value;
  switch (f.kind) {
    case FactKind::boolean: return v.index == 1 ? "yes" : "no";
    case FactKind::enumeration: return f.enumerators[v.index].name;
    case FactKind::integer:
    case FactKind::decimal: return show(v.number) + unit_text(f.unit);
    case FactKind::set: break;
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < f.enumerators.size(); ++i) {
    if (((v.set >> i) & 1u) != 0) names.push_back(f.enumerators[i].name);
  }
  std::sort(names.begin(), names.end());
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return "{" + out + "}";
}

/// True if `f` has every value of `other`.
bool covers(const Fact& f, const Fact& other) {
  if (f.kind == FactKind::integer || f.kind == FactKind::decimal) {
    return f.lo <= other.lo && other.hi <= f.hi;
  }
  return std::all_of(other.enumerators.begin(), other.enumerators.end(), [&](const Enumerator& e) {
    return std::any_of(f.enumerators.begin(), f.enumerators.end(),
                       [&](const Enumerator& mine) { return mine.name == e.name; });
  });
}

template <class Tag, class T>
std::unordered_map<std::string, Id<Tag>> by_name(const IdVector<Tag, T>& all) {
  std::unordered_map<std::string, Id<Tag>> out;
  out.reserve(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) out.emplace(all[Id<Tag>(i)].name, Id<Tag>(i));
  return out;
}

/// Calls `both` with what has the same name in the two, else `gone` or `fresh`, in the order of the older version
/// and then of the newer.
template <class Tag, class T, class Gone, class Both, class Fresh>
void match_names(const IdVector<Tag, T>& older, const IdVector<Tag, T>& newer, const Gone& gone,
                 const Both& both, const Fresh& fresh) {
  const auto old_names = by_name(older);
  const auto new_names = by_name(newer);
  for (const T& o : older) {
    auto it = new_names.find(o.name);
    if (it == new_names.end()) {
      gone(o);
    } else {
      both(o, newer[it->second]);
    }
  }
  for (const T& n : newer) {
    if (old_names.count(n.name) == 0) fresh(n);
  }
}

}  // namespace

void compare_facts(const Model& older, const Model& newer, Diff& out) {
  auto add = [&](const std::string& name, Fate fate, const char* what, std::string before,
                 std::string after, Bump bump) {
    out.facts.push_back({name, fate, what, std::move(before), std::move(after), bump});
  };
  match_names(
      older.facts, newer.facts,
      [&](const Fact& o) { add(o.name, Fate::removed, "", type_text(o), "", Bump::major); },
      [&](const Fact& o, const Fact& n) {
        const Match m = match(o, n);
        if (m == Match::retyped) {
          add(o.name, Fate::retyped, "", type_text(o), type_text(n), Bump::major);
        } else if (m == Match::values) {
          add(o.name, Fate::changed, "values", type_text(o), type_text(n),
              covers(n, o) ? Bump::minor : Bump::major);
        }
        if (default_text(o) != default_text(n)) {
          add(o.name, Fate::changed, "default", default_text(o), default_text(n), Bump::major);
        }
      },
      [&](const Fact& n) { add(n.name, Fate::added, "", "", type_text(n), Bump::minor); });
}

void compare_decisions(const Model& older, const Model& newer, Diff& out) {
  auto add = [&](const std::string& name, Fate fate, const char* what, const char* before,
                 const char* after,
                 Bump bump) { out.declared.push_back({name, fate, what, before, after, bump}); };
  match_names(
      older.decisions, newer.decisions,
      [&](const Decision& o) { add(o.name, Fate::removed, "", "", "", Bump::major); },
      [&](const Decision& o, const Decision& n) {
        static constexpr const char* kChoose[] = {"choose any", "choose one", "choose first",
                                                  "do all"};
        if (o.choose == n.choose) return;
        // What is to be done together is another answer than what is offered side by side.
        const bool together = (o.choose == Choose::do_all) != (n.choose == Choose::do_all);
        add(o.name, Fate::changed, "choose", kChoose[static_cast<int>(o.choose)],
            kChoose[static_cast<int>(n.choose)], together ? Bump::major : Bump::patch);
      },
      [&](const Decision& n) { add(n.name, Fate::added, "", "", "", Bump::minor); });
}

namespace {

/// What a declaration says beside its meaning: field by field.
using Fields = std::map<std::string, std::string>;

class Texts {
 public:
  Texts(const Model& older, const Model& newer, Diff& out)
      : older_(older), newer_(newer), out_(out) {}

  void run() {
    fields("guideline", header(older_), header(newer_));
    named("fact", older_.facts, newer_.facts, [](const Model&, const Fact& f) {
      Fields out = {{"label", f.label}};
      enumerators(f.enumerators, out);
      codes(f.codes, out);
      says(f.says, out);
      return out;
    });
    named("definition", older_.definitions, newer_.definitions,
          [](const Model&, const Definition& d) {
            Fields out = {{"label", d.label}};
            for (const Alternative& a : d.alternatives) enumerators({a.name}, out);
            return out;
          });
    named("action", older_.actions, newer_.actions, [](const Model&, const Action& a) {
      Fields out = {{"label", a.label}};
      codes(a.codes, out);
      says(a.says, out);
      return out;
    });
    named("decision", older_.decisions, newer_.decisions, [](const Model&, const Decision& d) {
      Fields out = {{"title", d.title}, {"partial", d.partial ? "partial" : ""}};
      says(d.says, out);
      return out;
    });
    rules();
    lists("exclusive", list_of(older_, exclusive), list_of(newer_, exclusive));
    references();
    lists("impossible", list_of(older_, constraint), list_of(newer_, constraint));
    lists("remark", list_of(older_, remark), list_of(newer_, remark));
    lists("accept", list_of(older_, accept), list_of(newer_, accept));
    lists("scenario", list_of(older_, scenario), list_of(newer_, scenario));
  }

 private:
  void add(std::string of, std::string what, std::string before, std::string after) {
    out_.texts.push_back({std::move(of), std::move(what), std::move(before), std::move(after)});
  }

  void fields(const std::string& of, const Fields& before, const Fields& after) {
    if (before == after) return;
    auto value = [](const Fields& in, const std::string& name) {
      auto it = in.find(name);
      return it == in.end() ? std::string() : it->second;
    };
    Fields all = before;
    all.insert(after.begin(), after.end());
    for (const auto& entry : all) {
      const std::string o = value(before, entry.first);
      const std::string n = value(after, entry.first);
      if (o != n) add(of, entry.first, o, n);
    }
  }

  template <class Tag, class T, class Read>
  void named(const std::string& kind, const IdVector<Tag, T>& older, const IdVector<Tag, T>& newer,
             const Read& read) {
    // Facts and decisions that come and go are no matter of texts, and are listed with their like.
    const bool whole = kind != "fact" && kind != "decision";
    match_names(
        older, newer,
        [&](const T& o) {
          if (whole) add(kind + " " + o.name, "", o.name, "");
        },
        [&](const T& o, const T& n) {
          fields(kind + " " + o.name, read(older_, o), read(newer_, n));
        },
        [&](const T& n) {
          if (whole) add(kind + " " + n.name, "", "", n.name);
        });
  }

  static Fields header(const Model& m) {
    Fields out = {{"name", m.name},
                  {"title", m.title},
                  {"status", m.status},
                  {"updated", m.updated},
                  {"disclaimer", m.disclaimer}};
    auto joined = [](const std::vector<std::string>& all) {
      std::string text;
      for (const std::string& s : all) text += (text.empty() ? "" : ", ") + s;
      return text;
    };
    out["audience"] = joined(m.audiences);
    out["policy"] = joined(m.policies);
    out["grading"] = m.grading.has_value() ? m.grading->name : "";
    return out;
  }
  static void enumerators(const std::vector<Enumerator>& all, Fields& out) {
    for (const Enumerator& e : all) {
      if (!e.label.empty()) out["label of " + e.name] = e.label;
      if (e.code.has_value()) out["code of " + e.name] = e.code->system + " " + e.code->code;
    }
  }
  static void codes(const std::vector<Terminology>& all, Fields& out) {
    std::string& text = out["code"];
    for (const Terminology& c : all) text += (text.empty() ? "" : ", ") + c.system + " " + c.code;
  }
  static void says(const std::vector<Say>& all, Fields& out) {
    for (const Say& s : all) {
      out["say " + s.audience + (s.locale.empty() ? "" : " " + s.locale)] = s.text;
    }
  }
  static std::string cites(const Model& m, const std::vector<Cite>& all) {
    std::string out;
    for (const Cite& c : all) {
      out += (out.empty() ? "" : "; ") + m.references[c.reference].id +
             (c.at.empty() ? "" : " at " + c.at);
    }
    return out;
  }

  /// Rules are many: most are told to be equal without a list of their fields.
  void rules() {
    match_names(
        older_.rules, newer_.rules, [&](const Rule& o) { add("rule " + o.name, "", o.name, ""); },
        [&](const Rule& o, const Rule& n) {
          if (!same(o, n)) fields("rule " + o.name, rule(older_, o), rule(newer_, n));
        },
        [&](const Rule& n) { add("rule " + n.name, "", "", n.name); });
  }
  [[nodiscard]] bool same(const Rule& o, const Rule& n) const {
    auto say = [](const Say& a, const Say& b) {
      return a.audience == b.audience && a.locale == b.locale && a.text == b.text;
    };
    auto cite = [this](const Cite& a, const Cite& b) {
      return a.at == b.at && older_.references[a.reference].id == newer_.references[b.reference].id;
    };
    auto reason = [](const Directive& a, const Directive& b) { return a.because == b.because; };
    return o.title == n.title && o.because == n.because && o.notes == n.notes &&
           std::equal(o.says.begin(), o.says.end(), n.says.begin(), n.says.end(), say) &&
           std::equal(o.cites.begin(), o.cites.end(), n.cites.begin(), n.cites.end(), cite) &&
           std::equal(o.directives.begin(), o.directives.end(), n.directives.begin(),
                      n.directives.end(), reason);
  }
  static Fields rule(const Model& m, const Rule& r) {
    Fields out = {{"title", r.title}, {"because", r.because}, {"cite", cites(m, r.cites)}};
    std::string& note = out["note"];
    for (const std::string& n : r.notes) note += (note.empty() ? "" : "; ") + n;
    for (const Directive& d : r.directives) {
      if (d.verb == Verb::no_recommendation) out["no recommendation because"] = d.because;
    }
    says(r.says, out);
    return out;
  }

  void references() {
    auto all = [](const Model& m) {
      std::map<std::string, Fields> out;
      for (const Reference& r : m.references) {
        out[r.id] = {{"title", r.title},
                     {"publisher", r.publisher},
                     {"url", r.url},
                     {"year", r.year == 0 ? "" : std::to_string(r.year)}};
      }
      return out;
    };
    const std::map<std::string, Fields> before = all(older_);
    const std::map<std::string, Fields> after = all(newer_);
    for (const auto& [id, f] : before) {
      auto it = after.find(id);
      if (it == after.end()) {
        add("reference " + id, "", id, "");
      } else {
        fields("reference " + id, f, it->second);
      }
    }
    for (const auto& entry : after) {
      if (before.count(entry.first) == 0) add("reference " + entry.first, "", "", entry.first);
    }
  }

  // Declarations without a name, as texts that tell them apart.
  using List = std::vector<std::string>;
  static void exclusive(const Model& m, List& out) {
    for (const Exclusive& x : m.exclusives) out.push_back(x.first.text + ", " + x.second.text);
  }
  static void constraint(const Model& m, List& out) {
    for (const Impossible& i : m.impossibles) {
      if (!i.because.empty()) out.push_back("because \"" + i.because + "\"");
    }
  }
  static void remark(const Model& m, List& out) {
    for (const Remark& r : m.remarks) {
      const std::string grounds = cites(m, r.cites);
      out.push_back("\"" + r.text + "\"" + (grounds.empty() ? "" : " cite " + grounds));
    }
  }
  static void accept(const Model& m, List& out) {
    static constexpr const char* kKinds[] = {"gap",      "stranded",  "overlap",
                                             "conflict", "exclusive", "parameter"};
    for (const Accept& a : m.accepts) {
      std::string text =
          std::string(kKinds[static_cast<int>(a.kind)]) + " in " + m.decisions[a.decision].name;
      if (a.first.valid()) {
        text += " between " + m.rules[a.first].name + " and " + m.rules[a.second].name;
      }
      out.push_back(text + " because \"" + a.because + "\"");
    }
  }
  static void scenario(const Model& m, List& out) {
    for (const Scenario& s : m.scenarios) out.push_back("\"" + s.title + "\"");
  }
  template <class Read>
  static List list_of(const Model& m, const Read& read) {
    List out;
    read(m, out);
    std::sort(out.begin(), out.end());
    return out;
  }
  void lists(const std::string& kind, const List& before, const List& after) {
    List gone;
    List fresh;
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(gone));
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(fresh));
    for (const std::string& s : gone) add(kind, "", s, "");
    for (const std::string& s : fresh) add(kind, "", "", s);
  }

  const Model& older_;
  const Model& newer_;
  Diff& out_;
};

}  // namespace

void compare_texts(const Model& older, const Model& newer, Diff& out) {
  Texts(older, newer, out).run();
}

}  // namespace gdl::analysis
