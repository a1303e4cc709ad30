// Structural hashes of 128 bits: equal where two parts, of one model or of two, mean the same by their
// structure. Names of rules and definitions, texts, citations and places are left out; facts, enumerators,
// actions and parameters count by their names.
//
// The converse does not hold: parts that differ in structure may mean the same, and only a proof tells.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sema/touching.h"
#include "support/hash.h"

namespace gdl::sema {

using Fingerprint = Digest;

class Fingerprints {
 public:
  Fingerprints(const Model& model, const Touching& touching);

  /// For whom the condition holds. Says nothing of the ranges of its facts.
  [[nodiscard]] Fingerprint cond(CondId id) const { return conds_[id]; }
  /// What the rule says, and for whom it stands.
  [[nodiscard]] Fingerprint stands(RuleId id) const { return stands_[id]; }
  /// All that G holds for the decision, and for whom: rules, their overriders, and what bans and settings of all
  /// rules leave of it. What exists of patients (ranges, `impossible`) is not in it.
  [[nodiscard]] Fingerprint decision(DecisionId id) const { return decisions_[id]; }
  /// A directive with strength and evidence of its rule: what is advised, and not to whom.
  [[nodiscard]] Fingerprint directive(RuleId rule, std::size_t index) const;
  /// What a directive speaks of, whatever it says of it.
  [[nodiscard]] Fingerprint subject(RuleId rule, std::size_t index) const;

 private:
  class Hash;
  Fingerprint cond_of(CondId id);
  Fingerprint definition_of(DefId id);
  Fingerprint rule_of(RuleId id);
  Fingerprint way_reached(WayId id);
  Fingerprint decision_of(DecisionId id);
  void use(Hash& h, const ActionUse& use) const;

  const Model& model_;
  const Touching& touching_;
  IdVector<FactTag, Fingerprint> facts_;
  IdVector<ActionTag, Fingerprint> actions_;
  IdVector<ParamTag, Fingerprint> param_names_, params_;  // without their range, and with it
  IdVector<WayTag, Fingerprint> ways_;
  IdVector<CondTag, Fingerprint> conds_;
  IdVector<CondTag, std::uint8_t> cond_done_;
  IdVector<DefTag, Fingerprint> definitions_;
  IdVector<DefTag, std::uint8_t> definition_done_;
  IdVector<RuleTag, Fingerprint> stands_;
  IdVector<WayTag, Fingerprint> reached_;
  IdVector<WayTag, std::uint8_t> reached_done_;
  IdVector<DecisionTag, Fingerprint> decisions_;
};

}  // namespace gdl::sema
