// Source and program in one joint guideline: the source, with the program's conditions beside its own, over the facts
// of the source. So value classes are cut by the thresholds of both, and a question about both is one question. Facts
// and their values are met by name: in most programs they are the same, in the same places.
#pragma once

#include <optional>
#include <vector>

#include "emit/lift.h"
#include "oracle/oracle.h"
#include "sema/part.h"
#include "space/scope.h"
#include "support/limits.h"

namespace gdl::driver {

/// Two conditions that belong to the same row.
struct Pair {
  enum class Of : std::uint8_t { rule, decision, impossible, accept };
  Of of = Of::rule;
  std::uint32_t row = 0;
};

class Joint {
 public:
  Joint(const sema::Model& source, const emit::Lifted& program);

  /// The source has every fact of the program, of the same type and unit: else the program's conditions cannot be
  /// asked of a patient of the source, and are not there.
  [[nodiscard]] bool has_program() const { return has_program_; }

  [[nodiscard]] const sema::Model& model() const { return model_; }

  /// The condition of a row of the source; of a rule without its decision's domain.
  sema::CondId source(Pair row);
  /// The same of the program.
  sema::CondId program(Pair row);
  /// Patients of the source with a value that the program's fact has not.
  sema::CondId beyond();
  /// The program's condition is nested too deeply to be asked about.
  [[nodiscard]] bool too_deep(Pair row) const { return p_.depth[lifted(row)] > kDepth; }
  sema::CondId all(std::vector<sema::CondId> parts);

  /// A definition that holds where the condition does, to be wanted of a part.
  sema::DefId named(sema::CondId when);

 private:
  /// Conditions of the source are at most so deep; a program's lie a few operations deeper.
  static constexpr std::uint32_t kDepth = 4 * static_cast<std::uint32_t>(limits::condition_depth);

  [[nodiscard]] sema::CondId lifted(Pair row) const;
  /// A condition on a fact of the program as one on the source's.
  void translate(sema::Cond& c) const;

  const sema::Model& s_;
  const emit::Lifted& p_;
  sema::Model model_;
  std::size_t conds_ = 0;  // where the program's begin
  bool has_program_ = true;
  /// Of each fact of the program that of the source, and of its values theirs, by index; `kNone` if there is none.
  struct Fact {
    sema::FactId fact;
    std::vector<std::size_t> values;
  };
  static constexpr auto kNone = static_cast<std::size_t>(-1);
  IdVector<sema::FactTag, Fact> facts_;
};

/// Patients of a joint guideline as boxes of the parts of it. The model must outlive it, and have all its definitions.
class JointPatients {
 public:
  /// `effort`: for finding a patient whom no constraint excludes.
  JointPatients(const sema::Model& model, std::uint64_t effort);

  [[nodiscard]] sema::Part cut(const sema::Wanted& wanted) { return cutter_.cut(wanted, scratch_); }
  /// A patient of a box of the part. What the box leaves open, and facts that the part has not, are as of somebody whom
  /// no constraint excludes, if the effort finds one.
  oracle::Patient patient(const sema::Part& part, const space::Tables& tables,
                          const space::Scope& scope, const space::Box& box);

 private:
  const oracle::Patient& anybody();

  const sema::Model& m_;
  std::uint64_t effort_;
  sema::Cutter cutter_;
  sema::Cutter::Scratch scratch_;
  std::optional<oracle::Patient> anybody_;
};

}  // namespace gdl::driver
