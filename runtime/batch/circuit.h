// A program as one circuit of yes/no gates: from comparisons of facts to rules, offers and marks. Evaluated on bits of many
// patients at once it is the batch engine (batch.h); it says what evaluate.h does, step by step, as formulas.
//
// Equal gates are one gate; what is constant is folded; only what an output asks for is kept. A gate's operands have
// smaller indices, so one pass from first to last computes all.
#pragma once

#include "arena.h"
#include "program.h"

namespace gdlrt::batch {

/// A gate, or its negation: the lowest bit.
using Wire = uint32_t;
inline constexpr Wire kNo = 0, kYes = 1;
inline Wire negate(Wire w) { return w ^ 1u; }
inline uint32_t gate_of(Wire w) { return w / 2; }
inline bool negated(Wire w) { return (w & 1u) != 0; }

enum class GateKind : uint8_t {
  constant,   ///< no; gate 0 only
  at_least,   ///< fact a is of class b or a later one, b > 0
  equal,      ///< enumeration or yes/no fact a is of class b
  element,    ///< set a has element b
  known,      ///< fact a is known
  both,       ///< wires a and b
  different,  ///< just one of the wires a and b
};
struct Gate {
  GateKind kind = GateKind::constant;
  uint32_t a = 0, b = 0;
};

/// What is computed of an offer: a verb and way in a decision.
struct OfferRow {
  uint32_t decision = 0, verb = 0, way = 0;
};

/// The outputs asked for.
struct Wanted {
  bool rules = true, offers = true, marks = true;
};

class Circuit {
 public:
  /// False if memory ran out, or the circuit has more gates than `most`: `too_large` then.
  bool build(const Program& program, const Wanted& wanted, Arena& arena, uint32_t most);
  [[nodiscard]] bool too_large() const { return too_large_; }
  [[nodiscard]] const Program& program() const { return *p_; }

  [[nodiscard]] View<Gate> gates() const { return {gates_.data, gates_.count}; }
  /// The numbering of offers is that of record.h: by decision, rule and directive as written.
  [[nodiscard]] View<OfferRow> offers() const { return {offers_.data, offers_.count}; }
  // Outputs; empty if not wanted. `impossible` always.
  [[nodiscard]] View<Wire> rules() const { return {rules_.data, rules_.count}; }
  [[nodiscard]] View<Wire> offered() const { return {offered_.data, offered_.count}; }
  enum class Mark : uint32_t { domain, gap, stranded, conflict };
  static constexpr uint32_t kMarks = 4;
  [[nodiscard]] View<Wire> marks(uint32_t m) const { return {marks_[m].data, marks_[m].count}; }
  [[nodiscard]] Wire impossible() const { return impossible_; }

 private:
  enum class Bans : uint8_t { none, all, yielded };
  Wire gate(GateKind kind, uint32_t a, uint32_t b);
  Wire both(Wire a, Wire b);
  Wire either(Wire a, Wire b) { return negate(both(negate(a), negate(b))); }
  Wire different(Wire a, Wire b);
  Wire value_in(const NodeRow& n);
  Wire node(const NodeRow& n);
  Wire sum_in(int64_t lo, int64_t hi);
  void add_points(Wire w, uint64_t points);
  [[nodiscard]] bool heard(uint32_t ban, Bans bans) const;
  Wire emptied_parameter(uint32_t param, uint32_t way, Bans bans);
  Wire settings_empty(uint32_t way, Bans bans);
  Wire removed(uint32_t way, Bans bans);
  Wire emptied(const DirectiveRow& d, Bans bans);
  bool decide(uint32_t d);
  bool mark(Mark m, Wire w) { return marks_[static_cast<uint32_t>(m)].add(*arena_, w); }
  bool keep_wanted();

  const Program* p_ = nullptr;
  Arena* arena_ = nullptr;
  bool failed_ = false, too_large_ = false;
  uint32_t most_ = 0;
  List<Gate> gates_;
  uint32_t* table_ = nullptr;  // of equal gates: 1 + the gate
  uint32_t table_size_ = 0;
  Wire* nodes_ = nullptr;
  Wire *applies_ = nullptr, *stands_ = nullptr;
  uint8_t* yielded_ = nullptr;
  Wire* removed_ = nullptr;  // by way: 1 + the wire for all bans
  uint32_t* index_[2] = {};  // by verb and way: 1 + the offer of the decision in hand
  // A sum in binary, lowest digit first: kDigits wires.
  static constexpr uint32_t kDigits = 64;
  Wire digits_[kDigits] = {};
  List<OfferRow> offers_;
  List<Wire> rules_, offered_, marks_[kMarks];
  Wire impossible_ = kNo;
};

}  // namespace gdlrt::batch
