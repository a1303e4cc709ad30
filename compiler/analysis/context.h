// What the passes over one part of a guideline share: the part and its tables, the sink, which accepts have waived
// something, and how a finding gets its witness. Private to analysis/.
//
// Each decision is analysed in the part that it depends on (sema/part.h), which is a model of its own: ids in
// here are the part's. Parts share nothing but what `Whole` holds and never writes, so that any number of
// threads may work on parts at once.
//
// A pass is one function in a file pair of its own: it makes a set of patients, takes away what accepts
// waive (accepts.h), and reports the rest with a witness that the oracle has replayed.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analysis/analyze.h"
#include "analysis/replay.h"
#include "analysis/witness.h"
#include "oracle/oracle.h"
#include "patience.h"
#include "sema/part.h"
#include "space/circuit.h"
#include "space/scope.h"

namespace gdl::analysis {

/// The whole guideline, and what all parts need of it.
struct Whole {
  Whole(const sema::Model& m, const Options& o);

  /// How many combinations of value classes the facts that a part leaves out have, at most one more than
  /// are all replayed.
  [[nodiscard]] std::uint64_t beyond(const sema::Part& part) const;

  const sema::Model& model;
  const Options& options;
  std::optional<sema::Cutter> cutter;       ///< always there
  std::vector<std::uint64_t> combinations;  ///< of the value classes of each fact, bounded alike
  Patience patience;
  /// The constraints, all together, take more than diagrams are given first: then questions of which no verdict hangs are
  /// not given more either.
  bool constraints_blow_up = false;

 private:
  void combine();
};

struct Context;

/// The oracle over the part that a few rules of a part depend on: what is said of two rules of thousands need not
/// be asked of all.
class Judge {
 public:
  Judge(Context& context, const std::vector<sema::RuleId>& rules);

  /// A claim about the advice of the rules and their decisions as far as it is theirs; ids are those of `rule` and
  /// `decision`. The judge must outlive it.
  [[nodiscard]] Claim claim(std::function<bool(const oracle::Advice&)> of) const;
  [[nodiscard]] sema::RuleId rule(sema::RuleId id) const { return part_.rule(id); }
  [[nodiscard]] sema::DecisionId decision(sema::DecisionId id) const { return part_.decision(id); }
  [[nodiscard]] const sema::Part& part() const { return part_; }
  [[nodiscard]] const oracle::Oracle& oracle() const { return oracle_; }

 private:
  sema::Part part_;
  oracle::Oracle oracle_;
  Footing footing_;
};

struct Context {
  Context(Whole& whole, sema::Part p);

  Whole& whole;
  const sema::Part part;
  const sema::Model& model;  ///< of the part
  const Options& options;
  diag::Sink sink;
  space::Tables tables;
  oracle::Oracle oracle;
  Completions completions;
  std::vector<bool> waived;   ///< of each accept of the part: it has waived something
  std::vector<Proof> proofs;  ///< if they are kept

  /// The effort of the scope, or the caller's patience, is spent.
  [[nodiscard]] bool stop(const space::Scope& s) const {
    return s.exhausted() || whole.patience.spent();
  }
  /// Some possible patient is in the set, and that is decided. False also once effort or patience is spent: ask `stop`.
  [[nodiscard]] bool somebody(space::Scope& s, space::Node set) const {
    return !stop(s) && !s.nobody(set) && !stop(s);
  }
  /// An accept of the decision is of the kind: then every finding is worked out, listed or not.
  [[nodiscard]] bool has_accept(sema::AcceptKind kind, sema::DecisionId d) const;
  [[nodiscard]] const std::string& name(sema::RuleId r) const { return model.rules[r].name; }
  /// Says that something was not decided; never silence.
  void unknown(Span span, const std::string& what, const std::string& decision = {},
               diag::Severity severity = diag::Severity::error);
  /// A claim about the advice of the part.
  [[nodiscard]] Claim claim(std::function<bool(const oracle::Advice&)> of) {
    if (footing_ == nullptr) footing_ = std::make_unique<Footing>(oracle);
    return {{}, footing_.get(), nullptr, std::move(of)};
  }
  /// Fills in witness, grounds and, if asked for, regions of a finding over `set`, which holds a
  /// possible patient. Where the oracle disagrees the finding becomes an internal error. False if the
  /// effort was spent before there was a witness: the finding must not be reported then. `shown`, if it is given: the box of
  /// the witness.
  [[nodiscard]] bool witness(diag::Diagnostic& d, space::Scope& s, space::Node set,
                             const Claim& claim, bool regions, space::Box* shown = nullptr);
  /// A condition in GDL that holds for all of `set` and for nobody else but those of `free` and the
  /// impossible; empty if it is everybody. None if it takes more than `kWritten` groups, cannot be written,
  /// or is not worth the effort that is left.
  [[nodiscard]] std::optional<std::string> condition(space::Scope& s, space::Node set,
                                                     space::Node free) const;
  /// Adds the choices of a finding that two rules stand together for `set`: either overrides the other, or
  /// an accept of the kind.
  void settle_pair(diag::Diagnostic& d, space::Scope& s, const std::string& kind, sema::RuleId a,
                   sema::RuleId b, space::Node set) const;
  /// The finding with its witness, to the sink. `settle` adds what it takes effort to offer: the witness
  /// comes first.
  void found(diag::Diagnostic d, space::Scope& s, space::Node set, const Claim& claim, bool regions,
             const std::function<void(diag::Diagnostic&)>& settle = {});

 private:
  friend class Judge;
  std::unique_ptr<sema::Cutter> cutter_;  // of the part, made when it is asked for
  std::unique_ptr<sema::Cutter::Scratch> scratch_;
  std::unique_ptr<Footing> footing_;  // alike
};

/// Boxes listed for one finding, combinations of rules told apart for one directive, and findings of one kind
/// listed for a decision; what is left is said, not listed.
inline constexpr auto kListed = static_cast<std::size_t>(limits::listed);
/// Says of the last finding that is listed that there are more of its kind.
void say_more(diag::Diagnostic& last, const std::string& decision);
/// Groups of patients in one condition that is offered to paste: with more nobody could check it.
inline constexpr std::size_t kWritten = 4;

}  // namespace gdl::analysis
