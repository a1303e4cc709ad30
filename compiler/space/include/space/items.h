// What G(p) holds for a decision, as sets of patients: each item of it, with the patients whose G holds it.
//
// An item is one thing that G says (docs/language.md, "One idea"): a directive with the ways and parameter values
// that are left of it, a mark, a preference between two ways. Two directives that leave the same are one item, and
// the same directive is as many items as bans and settings really leave different parts of it. Names of rules and
// texts are not in it.
//
// Invariant: for every total patient, the items whose sets hold the patient are those of the oracle's advice.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "space/scope.h"

namespace gdl::space {

enum class ItemKind : std::uint8_t {
  does_not_apply,  ///< outside the decision's domain
  offer,           ///< `verb` with what is left
  conflict,        ///< `verb`, with nothing left, and nothing that settles it
  withdrawn,       ///< `verb`, with nothing left, and the bans that it yields to suffice
  none,            ///< `no recommendation`
  caution,
  against,  ///< `verb`
  prefer,   ///< ways[0] before ways[1], both offered
};

/// A way, and what is left of each parameter that reaches it: bits of the parameter's classes. Of an *against*: the
/// values that it takes, if it names any.
struct ItemWay {
  sema::WayId way;
  std::vector<std::pair<sema::ParamId, Bits>> params;
};

struct Item {
  ItemKind kind = ItemKind::offer;
  sema::Verb verb = sema::Verb::recommend;
  bool alone = false;  ///< of an *against*
  std::vector<ItemWay> ways;
  std::string strength, evidence;
};
/// An order of items; its ends are equal exactly if they are the same item of one model.
struct ItemLess {
  bool operator()(const Item& a, const Item& b) const;
};

/// Items of a decision of the scope, of the patients of `within` only. Once the scope's effort is spent they say nothing. Sets of patients
/// that do not exist may be among them.
using Items = std::map<Item, Node, ItemLess>;
[[nodiscard]] Items items_of(const Tables& tables, Scope& scope, sema::DecisionId decision,
                             Node within);

/// The item of a caution or an *against*.
[[nodiscard]] Item warning(const Tables& tables, const sema::Rule& rule, const sema::Directive& d);

}  // namespace gdl::space
