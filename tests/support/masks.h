// What the oracle says of a patient, as the bits that gdlrt/record.h and gdlrt/batch.h promise.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "gdlrt/record.h"
#include "oracle/oracle.h"

namespace gdl::test {

/// Numbers the offers of a program in the model's terms.
class OfferIndex {
 public:
  OfferIndex(const sema::Model& m, const gdlrt_plan* plan) {
    std::map<std::string, std::size_t> ways;
    for (std::size_t w = 0; w < m.ways.size(); ++w) {
      std::string name;
      for (sema::ActionId a : m.ways[sema::WayId(w)].leaves) name += m.actions[a].name + " ";
      ways[name] = w;
    }
    for (std::uint32_t i = 0; i < gdlrt_plan_offers(plan); ++i) {
      gdlrt_offer o{sizeof o, 0, 0, nullptr, nullptr};
      if (gdlrt_plan_offer(plan, i, &o) == 0) continue;
      std::string name;
      for (std::uint32_t l = 0; l < o.leaves; ++l)
        name += std::string(gdlrt_plan_offer_leaf(plan, i, l)) + " ";
      offers_.push_back({o.decision, std::string(o.verb) == "recommend", ways.at(name)});
    }
  }
  struct Offer {
    std::size_t decision;
    bool recommend;
    std::size_t way;
  };
  [[nodiscard]] const std::vector<Offer>& offers() const { return offers_; }

 private:
  std::vector<Offer> offers_;
};

/// One yes/no for each rule, offer and decision.
struct Bitmap {
  std::vector<bool> rules, offers, domain, gap, stranded, conflict;
  friend bool operator==(const Bitmap&, const Bitmap&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Bitmap& b) {
    for (auto [name, part] :
         {std::pair("rules ", &Bitmap::rules), std::pair(" offers ", &Bitmap::offers),
          std::pair(" domain ", &Bitmap::domain), std::pair(" gap ", &Bitmap::gap),
          std::pair(" stranded ", &Bitmap::stranded), std::pair(" conflict ", &Bitmap::conflict)}) {
      out << name;
      for (bool bit : b.*part) out << (bit ? '1' : '0');
    }
    return out;
  }

  void meet(const Bitmap& o) {
    combine(o, [](bool a, bool b) { return a && b; });
  }
  void join(const Bitmap& o) {
    combine(o, [](bool a, bool b) { return a || b; });
  }

 private:
  template <class F>
  void combine(const Bitmap& o, F&& f) {
    for (auto part : {&Bitmap::rules, &Bitmap::offers, &Bitmap::domain, &Bitmap::gap,
                      &Bitmap::stranded, &Bitmap::conflict}) {
      for (std::size_t i = 0; i < (this->*part).size(); ++i)
        (this->*part)[i] = f((this->*part)[i], (o.*part)[i]);
    }
  }
};

inline Bitmap bitmap_of(const sema::Model& m, const OfferIndex& index, const oracle::Advice& a) {
  Bitmap out;
  for (std::size_t r = 0; r < m.rules.size(); ++r)
    out.rules.push_back(a.stands[sema::RuleId(r)] != 0);
  for (const OfferIndex::Offer& o : index.offers()) {
    out.offers.push_back(oracle::offered(m, a, sema::DecisionId(o.decision),
                                         o.recommend ? sema::Verb::recommend : sema::Verb::consider,
                                         sema::WayId(o.way)));
  }
  for (const oracle::DecisionAdvice& d : a.decisions) {
    out.domain.push_back(d.applies);
    out.gap.push_back(d.gap);
    out.stranded.push_back(d.stranded);
    bool conflict = false;
    for (const oracle::ForResult& f : d.fors)
      conflict = conflict || (f.kept && (f.conflict || f.parameter));
    out.conflict.push_back(conflict);
  }
  return out;
}

inline Bitmap bitmap_of(const gdlrt_plan* plan, const gdlrt_masks& m) {
  Bitmap out;
  auto take = [](const std::uint64_t* words, std::uint32_t n, std::vector<bool>& to) {
    for (std::uint32_t i = 0; i < n; ++i) to.push_back((words[i / 64] >> i % 64 & 1u) != 0);
  };
  take(m.rules, gdlrt_plan_rules(plan), out.rules);
  take(m.offers, gdlrt_plan_offers(plan), out.offers);
  std::uint32_t d = gdlrt_plan_decisions(plan);
  take(m.domain, d, out.domain);
  take(m.gap, d, out.gap);
  take(m.stranded, d, out.stranded);
  take(m.conflict, d, out.conflict);
  return out;
}

}  // namespace gdl::test
