// What all ways of writing a guideline by hand share: its facts as C++ compares them, who takes which way away, which rules
// advise what. See by_hand.h.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "by_hand.h"

namespace gdl::bench {

using List = std::vector<std::uint32_t>;

/// When a way is taken away: one of `bans` stands; or of one of the parameters one of each list stands, so that none of its
/// classes is left.
struct Gone {
  List bans;
  std::vector<std::set<List>> params;
  [[nodiscard]] bool never() const { return bans.empty() && params.empty(); }
};
/// Text that is true where one of the rules (at least one) stands.
using Any = std::function<std::string(const List& rules)>;

/// An offer of a decision, and the rules that make it.
struct OfferBy {
  std::uint32_t offer = 0, way = 0;
  List rules;
};
/// *For* directives of a decision with the same ways, withdrawn by the same rules.
struct Advised {
  List ways, yields;
  List rules;
};

class Source {
 public:
  Source(const gdlrt::Program& program, const RecordLayout& record);

  const gdlrt::Program& p;
  const RecordLayout& layout;
  List offer_of;  ///< offers_of
  AnswerLayout answer;

  /// Everything fits into one word of each kind.
  [[nodiscard]] bool small() const;
  /// Of the k-th way of a *for* directive.
  [[nodiscard]] std::uint32_t offer(std::uint32_t directive, std::uint32_t k) const {
    return offer_of[first_slot_[directive] + k];
  }
  /// Some other rule may not stand because of it, or some way be gone: it has to be known before the decisions are looked at.
  [[nodiscard]] bool early(std::uint32_t rule) const { return early_[rule] != 0; }
  /// All its rules have to be.
  [[nodiscard]] bool early_decision(std::uint32_t decision) const {
    return early_decision_[decision] != 0;
  }
  [[nodiscard]] bool first(std::uint32_t decision) const;
  /// The conditions that no patient meets.
  [[nodiscard]] List impossible() const;
  [[nodiscard]] List rules(std::uint32_t decision) const;
  [[nodiscard]] List overridden(std::uint32_t rule) const;
  [[nodiscard]] bool has(std::uint32_t rule, std::uint32_t flag) const {
    return (p.rules[rule].flags & flag) != 0;
  }
  [[nodiscard]] std::vector<OfferBy> offers(std::uint32_t decision) const;
  [[nodiscard]] std::vector<Advised> advised(std::uint32_t decision) const;
  /// The ways and withdrawing rules of one directive.
  [[nodiscard]] Advised advised(std::uint32_t rule, std::uint32_t directive) const;

  /// By all bans.
  [[nodiscard]] const Gone& gone(std::uint32_t way) const { return gone_[way]; }
  /// Empty if it never is.
  static std::string text(const Gone& gone, const Any& any);
  /// All ways of a directive are gone, and it is withdrawn: empty if it never is. `negation`: "!" or "~".
  [[nodiscard]] std::string withdrawn(const Advised& a, const Any& any, const char* negation) const;
  /// Where the rule stands, it answers its `choose first` decision: nothing after it is looked at. `no`, `yes`: the constants.
  [[nodiscard]] std::string answers(std::uint32_t rule, const Any& any, const char* no,
                                    const char* yes, const char* negation) const;

  /// The node asks for the value of one fact by itself: it reads it, or joins nodes that ask for classes of the same fact,
  /// as nobody would write them one by one.
  [[nodiscard]] bool leaf(std::uint32_t node) const {
    return by_classes(node) || gdlrt::reads_value(p.nodes[node]);
  }
  /// Of such a node.
  [[nodiscard]] std::uint32_t fact(std::uint32_t node) const {
    return by_classes(node) ? classes_[node].fact : p.nodes[node].a;
  }
  /// It asks for classes, which `runs` gives as runs from..<to; else it asks about a set.
  [[nodiscard]] bool by_classes(std::uint32_t node) const {
    return classes_[node].fact != gdlrt::kNone;
  }
  struct Run {
    std::uint32_t from, to;
  };
  [[nodiscard]] std::vector<Run> runs(std::uint32_t node) const;
  /// Where class c of a fact begins: the comparison with which a field reaches it, and the literal. Whole fields reach a
  /// fraction at the next whole number.
  struct Threshold {
    bool beyond;
    std::string literal;
  };
  [[nodiscard]] Threshold threshold(std::uint32_t fact, std::uint32_t c) const;

  /// What these nodes are computed from, down to the leaves, and they themselves; ascending.
  [[nodiscard]] std::set<std::uint32_t> below(const List& nodes) const;

 private:
  /// `heard`: the bans that count; null: all.
  [[nodiscard]] Gone gone(std::uint32_t way, const List* heard) const;
  void find_early();
  void find_classes();

  List first_slot_;  // by directive
  std::vector<Gone> gone_;
  struct Classes {
    std::uint32_t fact = gdlrt::kNone;
    std::vector<bool> in = {};
  };
  std::vector<Classes> classes_;  // by node, of leaves
  std::vector<char> early_, early_decision_;
};

/// Functions gathered into files of about so many rules each.
class Parts {
 public:
  Parts(std::string prefix, std::string head, std::size_t rules_a_file)
      : prefix_(std::move(prefix)), head_(std::move(head)), most_(rules_a_file) {}
  /// `helpers`: what stands before the functions of the file, each once, in order.
  void add(const std::string& text, std::size_t rules,
           const std::map<std::uint32_t, std::string>& helpers = {});
  void end(Written& out);

 private:
  std::string prefix_, head_, text_;
  std::map<std::uint32_t, std::string> helpers_;
  std::size_t most_, rules_ = 0;
  std::vector<Written::File> files_;
};

inline std::uint64_t bit(std::uint32_t i) { return std::uint64_t{1} << i % 64; }

/// The writers.
void write_rows(const Source& s, bool split, Written& out);
void write_columns(const Source& s, ColumnStyle style, Written& out);

}  // namespace gdl::bench
