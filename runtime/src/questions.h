// Which facts matter, and which of them settles most: docs/language.md, "Unknown facts".
//
// A fact matters to a set of patients (an offer, say) if some case that extends this one, with the fact open,
// has another share of the set, none, some or all, than once the fact is learnt. Without constraints, and where
// nobody asks whether a fact is known, that is so exactly for the facts that the set's diagram asks about: two
// patients who differ in the fact only are such a case.
//
// A constraint ties facts: learning one tells of another. And a fact that is learnt becomes known, which may itself
// change advice. Variables of these two kinds are therefore given what an extending case may say of them: one value
// (learnt), two values (open), or one class of which several values are left (open too). Two are enough: let a case
// be answered differently once f is learnt to be v. Then it holds a patient p, and one q with f = v, of whom one is
// in the set and the other not, or who differ by f being known; and the smaller case that holds, for each variable,
// what p and q have (and for a fact that must not be known some further value) is answered differently too, since of
// those with f = v it holds only patients that the larger case held. In the diagrams over these values, `in` is
// where the case has a patient in the set, `out` where it has one outside.
//
// A case says of a set which elements are in it, are not, or are open: they are variables each, and a set matters if
// one of its elements does, learnt alone. (If learning the whole set changes an answer, then so does some element of
// it, learnt after some of the others; and where an element settles an answer, so does the set.) Only a set of
// which it is asked whether it is known goes as one.
#pragma once

#include "offers.h"

namespace gdlrt {

/// A fact to ask for: learning it settles, of all the offers that are open and all its values, so many pairs.
struct Question {
  uint32_t fact = 0;
  uint64_t settled = 0, of = 0;
};

class Questions {
 public:
  Questions(const Program& program, const Case& facts, Findings& findings, Arena& arena)
      : p_(program),
        facts_(facts),
        findings_(findings),
        g_(findings.partial().sets()),
        cases_(arena),
        arena_(arena) {}
  /// False if memory ran out.
  bool begin(uint64_t steps);

  /// The facts that an open set hangs on: that it asks about, and that matter to it. In the order of declaration.
  /// `decision` (of a safety rule kNone) tells where to look if the set is not known: then whatever might matter
  /// is named.
  View<uint32_t> hangs_on(Ref set, uint32_t decision);
  /// What to ask for a decision, best first.
  View<Question> ask(uint32_t decision);
  /// Something that `hangs_on` or `ask` named since the last call may not matter.
  bool approximate();

 private:
  /// What an extending case may say of a variable, or of all variables of a fact together: values first and second
  /// (the same: one), known or not; of a whole set, whatever holds the elements `first` and none but `second`.
  struct Said {
    uint64_t first = 0, second = 0;
    bool known = false;
    [[nodiscard]] bool allows(uint64_t value, bool whole_set) const {
      if (!whole_set) return value == first || value == second;
      return (first & ~value) == 0 && (value & ~second) == 0;
    }
  };
  /// A variable of cases_ for one or more of g_.
  struct Copy {
    Level level = kNone;
    Level first = kNone, last = kNone;  // what it stands for in g_
    uint64_t values = 0;                // of these together
    Said* said = nullptr;               // null: its values are those of the variable itself
    uint32_t count = 0;                 // of `said`; the first `values` of them are learnt
    bool whole_set = false;             // all elements of a set together
    bool open = false;                  // the others are in play
    bool wanted = false;                // of find_changes(): it is looked for
  };
  [[nodiscard]] uint64_t values_of(uint32_t fact) const;
  bool copy(Level first, Level last, uint64_t values, bool linked);
  Ref given(Ref set, const Copy& c, const Said& said, uint64_t value) const;
  Ref some(Ref set);
  bool changes(const Copy& t, Ref in, Ref out);
  bool changes_alone(const Copy& c, Ref in, Ref out);
  /// What is found out about a set.
  struct Marked {
    Ref set = kNo;
    Ref simple = kNo;          // with what can have one value only put in
    uint8_t* facts = nullptr;  // that it asks about, and that matter to it
    uint8_t* might = nullptr;  // that it asks about, and that might; null: none
    uint8_t* touched =
        nullptr;  // by first variable of a group: a constraint speaks of it, and the set asks about it
    bool constrained = false;  // one is touched
    bool known = false;        // the set asks whether something is known
    Ref in = kNo, out = kNo;   // possible patients in the set, and outside
    bool approximate = false;
    const uint32_t* hung = nullptr;  // what `hangs_on` names, in order, once it has been asked
    uint32_t hung_count = 0;
    uint32_t round = 0;  // of sets_of() or list_open(): when it has been visited last
    uint32_t place = 0;  // in open_, if list_open() visited it last
  };
  /// Possible patients in a set and outside (kOpen: not known), and once it has been asked by variable and value whether some
  /// of them have it (values_met).
  struct Sides {
    Ref in = kOpen, out = kOpen;
    const uint64_t *met_in = nullptr, *met_out = nullptr;
  };
  /// A set of some open offers of the decision in hand: whether it asks, or may ask, if something is known, and how many
  /// offers have it.
  struct Open {
    Sides sides;
    bool known = true;
    bool asks = false;
    uint32_t offers = 1;
  };
  /// The facts of `m` of which its set asks whether they are known are open in the copies; with `tied`, so are those
  /// of the touched groups.
  void open_copies(const Marked& m, bool tied);
  Ref project(Ref set);
  bool settles(Level level, Ref in, Ref out);
  Marked* direct(Ref set);
  void ask_variables(Ref a, Ref b = kNo);
  [[nodiscard]] View<Level> asked() const { return {asked_.data, asked_.count}; }
  bool mark_known(Marked& m);
  void look_for(const Copy* c);
  void find_changes(Ref in, Ref out, uint8_t* facts);
  bool forced(Level v, bool known);
  bool list_pending(const Marked& m, const uint8_t* facts, bool asked);
  bool settles_where_open(Level level, Level one, const Marked& m);
  bool group_settles(Level group, const Marked& m, uint8_t* facts);
  bool mark_informing(const Marked& m, uint8_t* facts);
  bool mark_every_case(const Marked& m, uint8_t* facts);
  bool sets_of(uint32_t decision);
  void mark(uint32_t decision, uint8_t* facts);
  void might_matter(uint32_t decision, uint8_t* facts);
  const uint8_t* might_matter(uint32_t decision);
  View<uint32_t> listed(const uint8_t* facts);
  bool copy_all();
  bool list_open(uint32_t decision);
  void weigh(Question& q);
  void values_that_settle(Question& q, Sides& sides, bool known);
  static void count(Question& q, uint64_t there, uint64_t some_in, uint64_t some_out);
  void settle_alone(Question& q, Sides& sides, Level v);
  void settle_together(Question& q, const Sides& sides, Level first, Level last, uint64_t values);
  /// For values_together: the variables first..last of a fact, and which of their values together stands at bit 0.
  struct Together {
    const FactVariables& v;
    Level first, last;
    uint64_t from;
    uint64_t asked;  // mask of the variables
  };
  uint64_t values_together(Ref set, const Together& t);
  const uint64_t* values_met(Ref set);

  const Program& p_;
  const Case& facts_;
  Findings& findings_;
  Diagram& g_;
  Diagram cases_;  // over what an extending case may say
  Arena& arena_;
  uint64_t copies_wanted_ = 0;                                      // mask of the copies wanted
  List<Copy> copies_;                                               // by Level of cases_
  List<uint32_t> copy_of_;                                          // by Level of g_: in copies_
  Memo<Ref> some_;                                                  // what some() gave
  Memo<Ref> projected_;                                             // what project() gave
  Memo<uint64_t> together_;                                         // what values_together() gave
  Memo<const uint64_t*> values_;                                    // what values_met() gave
  List<Marked> marked_;                                             // the sets asked about so far
  Memo<uint32_t> marked_at_;                                        // their indices
  uint8_t *asks_ = nullptr, *group_ = nullptr, *wanted_ = nullptr;  // scratch: by Level
  static constexpr uint32_t kFewWords = 4;
  static constexpr uint32_t kFree = 1, kForced = 2;
  uint32_t* forced_ =
      nullptr;         // by Level of g_: 0 not looked at yet, kFree, or kForced and the value
  List<Level> asked_;  // what asks_ has marked, and perhaps more
  List<Level> pending_;
  List<uint32_t> sets_;  // of mark(): in marked_, the decision's
  List<Open> open_;
  List<Ref> ends_;           // scratch of group_settles
  uint64_t* all_ = nullptr;  // see values_met: of everybody
  uint32_t round_ = 0;
  uint64_t opened_ = 0;  // mask of what group_ marks
  /// What might matter to a decision, the one asked about last ([0]), and to safety rules ([1]).
  struct Might {
    uint8_t* facts = nullptr;
    uint32_t decision = kNone;
    bool known = false;
  } might_[2];
  uint8_t *nodes_ = nullptr, *rules_ = nullptr;  // scratch of might_matter
  List<uint32_t> reached_, listed_;
  uint64_t steps_ = 0;
  bool approximate_ = false;
};

}  // namespace gdlrt
