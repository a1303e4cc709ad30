// Rows with unknown values, exactly and in bits: how it is prepared; box_rows.h does it.
//
// The idea: a row stands for a *box* of patients: of each fact one value, or all. An output is a decision diagram over
// the facts (diagram.h), so on a path each fact is tested once, and the patients of the box go every way that is open to
// them at a node, whatever they did above. So somebody in the box reaches `yes` exactly if
//     possible(node) = for some edge: the row may have a value that leads along it, and possible(where it leads).
// These are two operations on words of 64 rows for each edge, or fewer, and outputs share nodes. What is certain is what is not
// possible of the complement. Facts that constraints tie are no box; so an output, and its complement, is met with the
// set of those whom no constraint on its facts excludes while it is a diagram, and is exact too: the other constraints
// speak of other facts, and whom one of them excludes altogether is no patient.
//
// Diagrams may be large. An output whose diagram takes too many steps to make, or too many edges, is not covered: bounds
// and single records answer it, as if there were no diagrams (batch.cpp).
#pragma once

#include "circuit.h"
#include "schedule.h"

namespace gdlrt::batch {

/// Neighbouring values of a variable: from the first cut on, up to the second.
struct Span {
  uint32_t from = 0, to = 0;
};
/// Some values of a variable: of each row it is asked whether it may have one of them.
struct Choice {
  uint32_t fact = 0;
  bool of_known = false;          ///< whether the fact is known, which always is
  uint32_t first = 0, count = 0;  ///< of the spans
};
/// An output once the steps before `steps` are done: registers of who may have it, and who may not.
struct BoxOutput {
  Output output = Output::impossible;
  uint32_t index = 0;
  uint32_t steps = 0;
  uint32_t may = 0, may_not = 0;
};

/// Invariants: cut 0 and register 0 are `no`, cut 1 and register 1 `yes`; then there is a register for each choice. A
/// register is read only between the step that writes it and the next that does, and those of choices are never written.
/// The first output is `impossible`.
class Boxes {
 public:
  static constexpr uint32_t kNever = 0, kAlways = 1;
  static constexpr uint32_t kOutputs = static_cast<uint32_t>(Output::conflict) + 1;

  /// False if memory ran out.
  bool build(const Program& program, const Circuit& circuit, Arena& arena);
  /// Covers no more than the first so many outputs: the others are answered as if they were too large.
  void keep(uint32_t outputs);
  /// Some outputs are covered; all are.
  [[nodiscard]] bool any() const { return outputs_.count > 1; }
  [[nodiscard]] bool all() const { return all_; }
  [[nodiscard]] bool covers(Output o, uint32_t index) const {
    const uint8_t* of = covered_[static_cast<uint32_t>(o)];
    return of != nullptr && of[index] != 0;
  }

  /// Comparisons of columns; those of values and elements are not to be believed where the value is unknown.
  [[nodiscard]] View<Gate> cuts() const { return {cuts_.data, cuts_.count}; }
  [[nodiscard]] View<Span> spans() const { return {spans_.data, spans_.count}; }
  [[nodiscard]] View<Choice> choices() const { return {choices_.data, choices_.count}; }
  [[nodiscard]] View<BoxStep> steps() const { return {steps_.data, steps_.count}; }
  [[nodiscard]] View<BoxOutput> outputs() const { return {outputs_.data, outputs_.count}; }
  [[nodiscard]] uint32_t registers() const { return registers_; }
  /// Edges of the diagrams.
  [[nodiscard]] uint32_t edges() const { return edges_; }

 private:
  friend class BoxBuilder;
  bool all_ = false;
  uint32_t registers_ = 2;
  uint32_t edges_ = 0;
  List<Gate> cuts_;
  List<Span> spans_;
  List<Choice> choices_;
  List<BoxStep> steps_;
  List<BoxOutput> outputs_;
  uint8_t* covered_[kOutputs] = {};
};

}  // namespace gdlrt::batch
