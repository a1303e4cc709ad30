// See run_answers.h.
#include "run_answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "programs.h"

namespace gdlc {

Answers::Answers(const gdlrt_program* program, const Rows& rows, std::uint64_t steps)
    : program_(program), rows_(rows), steps_(steps), decisions_(decisions_of(program)) {
  make(program);
}

Answers::~Answers() {
  gdlrt_batch_plan_free(plan_);
  gdlrt_plan_free(records_);
}

void Answers::make(const gdlrt_program* program) {
  const std::vector<Column>& facts = rows_.columns();
  std::vector<gdlrt_column> columns;
  for (std::uint32_t f = 0; f < facts.size(); ++f) {
    const Column& c = facts[f];
    bool always_unknown = c.open && c.valid[0] == 0;
    if (!c.read && always_unknown) continue;
    columns.push_back({sizeof(gdlrt_column), c.fact.c_str(), c.raw, c.scale});
    taken_.push_back(f);
  }
  std::string problems;
  gdlrt_status status = gdlrt_batch_plan_make(program, columns.data(), columns.size(),
                                              GDLRT_WANT_OFFERS | GDLRT_WANT_MARKS,
                                              GDLRT_ENGINE_BEST, &plan_, append, &problems);
  if (status ==
      GDLRT_UNDECIDED) {  // then every row is evaluated by itself; the offers are told by a plan for records
    std::vector<gdlrt_field> fields;
    for (const gdlrt_column& c : columns) {
      fields.push_back({sizeof(gdlrt_field), c.fact, c.raw, c.scale, 8 * fields.size(), 0, 0});
    }
    plan_ = nullptr;
    problems.clear();
    status = gdlrt_plan_make(program, fields.data(), fields.size(), 8 * fields.size() + 8,
                             &records_, append, &problems);
  }
  if (status != GDLRT_OK) {
    error_ = status == GDLRT_NO_MEMORY || problems.empty()
                 ? "not enough memory"
                 : nlohmann::json::parse(problems.substr(0, problems.find('\n')))["message"]
                       .get<std::string>();
    return;
  }
  list_offers();
  if (plan_ == nullptr) return;
  memory_.resize(gdlrt_batch_size(plan_) + 64);
  auto at = reinterpret_cast<std::uintptr_t>(memory_.data());
  status =
      gdlrt_batch_make(plan_, memory_.data() + (64 - at % 64) % 64, memory_.size() - 64, &batch_);
  if (status != GDLRT_OK) error_ = "not enough memory";
  words_ = (rows_.most() + 63) / 64;
  side_ = offers_.size() + 4 * decisions_.size();
  masks_.resize((2 * side_ + 2) * words_);
  for (std::size_t m = 0; m < 2 * side_ + 2; ++m) at_.push_back(masks_.data() + m * words_);
  auto side = [this](gdlrt_batch_masks& m, std::size_t first) {
    std::size_t n = decisions_.size();
    m.offers = at_.data() + first;
    m.domain = m.offers + offers_.size();
    m.gap = m.domain + n;
    m.stranded = m.gap + n;
    m.conflict = m.stranded + n;
  };
  side(result_.certain, 0);
  side(result_.possible, side_);
  result_.bad = at_[2 * side_];
  result_.undecided = at_[2 * side_ + 1];
  data_.resize(taken_.size());
}

std::string Answers::key_of(std::uint32_t decision, const std::string& verb,
                            const std::vector<std::string>& way) {
  std::string out = std::to_string(decision) + " " + verb;
  for (const std::string& leaf : way) out += " " + leaf;
  return out;
}

void Answers::list_offers() {
  const gdlrt_plan* plan = plan_ != nullptr ? gdlrt_batch_records(plan_) : records_;
  made_by_.resize(decisions_.size());
  for (std::uint32_t i = 0; i < gdlrt_plan_offers(plan); ++i) {
    gdlrt_offer o{};
    if (gdlrt_plan_offer(plan, i, &o) == 0) continue;
    Offer offer{o.decision, o.verb, {}};
    for (std::uint32_t k = 0; k < o.leaves; ++k) {
      offer.way.emplace_back(gdlrt_plan_offer_leaf(plan, i, k));
    }
    offer_of_[key_of(offer.decision, offer.verb, offer.way)] = i;
    made_by_[o.decision].push_back(i);
    offers_.push_back(std::move(offer));
  }
  active_first_.resize(decisions_.size() + 1);
}

void Answers::block() {
  active_word_ = SIZE_MAX;
  if (plan_ == nullptr) return;
  for (std::size_t k = 0; k < taken_.size(); ++k) {
    const Column& c = rows_.columns()[taken_[k]];
    data_[k] = {};
    data_[k].values = c.values.data();
    if (c.open) data_[k].valid = reinterpret_cast<const std::uint8_t*>(c.valid.data());
  }
  (void)gdlrt_batch_run(plan_, batch_, data_.data(), rows_.rows().size(), &result_);
}

/// Which offers any of the word's 64 rows may have: of many offers, most have none.
void Answers::list_active(std::size_t w) {
  active_word_ = w;
  active_.clear();
  for (std::size_t d = 0; d < decisions_.size(); ++d) {
    active_first_[d] = static_cast<std::uint32_t>(active_.size());
    for (std::uint32_t o : made_by_[d]) {
      if (word(side_ + o, w) != 0) active_.push_back(o);
    }
  }
  active_first_[decisions_.size()] = static_cast<std::uint32_t>(active_.size());
}

void Answers::from_masks(std::size_t i, RowAnswer& out) {
  std::size_t w = i / 64;
  std::size_t bit = i % 64;
  std::size_t n = decisions_.size();
  if (w != active_word_) list_active(w);
  auto mark = [&](std::size_t kind, std::size_t d) {
    std::size_t m = offers_.size() + kind * n + d;
    if ((word(m, w) >> bit & 1u) != 0) return Mark::yes;
    return (word(side_ + m, w) >> bit & 1u) != 0 ? Mark::unknown : Mark::no;
  };
  for (std::size_t d = 0; d < n; ++d) {
    DecisionAnswer& a = out.decisions[d];
    a = {};
    a.first = static_cast<std::uint32_t>(out.offers.size());
    a.applies = mark(0, d);
    if (a.applies == Mark::no) continue;
    a.gap = mark(1, d);
    a.stranded = mark(2, d);
    a.conflict = mark(3, d);
    for (std::uint32_t k = active_first_[d]; k < active_first_[d + 1]; ++k) {
      std::uint32_t o = active_[k];
      if ((word(side_ + o, w) >> bit & 1u) == 0) continue;
      bool certain = (word(o, w) >> bit & 1u) != 0;
      out.offers.push_back({o, certain ? Status::certain : Status::possible});
    }
    a.count = static_cast<std::uint32_t>(out.offers.size()) - a.first;
  }
}

Answers::Got Answers::exactly(const Row& row, RowAnswer& out, std::string& reason) {
  ++by_exact_;
  std::string json = rows_.case_of(row);
  gdlrt_eval_options options{};
  options.size = sizeof options;
  options.steps = steps_;
  std::string text;
  std::string problems;
  gdlrt_status status = gdlrt_evaluate_json(program_, json.data(), json.size(), &options, append,
                                            &text, append, &problems);
  if (status == GDLRT_BAD_CASE) {
    std::size_t at = 0;
    while (at < problems.size()) {
      std::size_t end = problems.find('\n', at);
      nlohmann::json p = nlohmann::json::parse(problems.substr(at, end - at));
      reason += (reason.empty() ? "" : "; ") + p["message"].get<std::string>();
      if (p.contains("because")) reason += ": " + p["because"].get<std::string>();
      at = end + 1;
    }
    return Got::rejected;
  }
  if (status != GDLRT_OK) {
    reason = "not enough memory";
    return Got::failed;
  }
  auto mark = [](const nlohmann::json& d, const char* member) {
    if (!d.contains(member)) return Mark::no;
    const auto& word = d[member].get_ref<const std::string&>();
    return word == "yes" ? Mark::yes : word == "no" ? Mark::no : Mark::unknown;
  };
  nlohmann::json answer = nlohmann::json::parse(text);
  for (std::uint32_t d = 0; d < decisions_.size(); ++d) {
    const nlohmann::json& from = answer["decisions"][d];
    DecisionAnswer& to = out.decisions[d];
    to = {mark(from, "applies"),
          mark(from, "gap"),
          mark(from, "stranded"),
          mark(from, "conflict"),
          static_cast<std::uint32_t>(out.offers.size()),
          0};
    for (const nlohmann::json& offer : from["offers"]) {
      // In parts that differ in their parameters, of which nothing is said here, a way comes several times.
      const char* member = offer.contains("way_status") ? "way_status" : "status";
      const auto& s = offer[member].get_ref<const std::string&>();
      Status status_of = s == "possible"    ? Status::possible
                         : s == "undecided" ? Status::undecided
                                            : Status::certain;
      auto at = offer_of_.find(key_of(d, offer["verb"], offer["way"]));
      if (at == offer_of_.end()) {
        reason = "an offer that the program's plan does not have";
        return Got::failed;
      }
      out.offers.push_back({at->second, status_of});
    }
    auto first = out.offers.begin() + to.first;
    using Made = RowAnswer::Made;
    std::sort(first, out.offers.end(),
              [](const Made& a, const Made& b) { return a.offer < b.offer; });
    out.offers.erase(std::unique(first, out.offers.end(),
                                 [](const Made& a, const Made& b) { return a.offer == b.offer; }),
                     out.offers.end());
    to.count = static_cast<std::uint32_t>(out.offers.size()) - to.first;
  }
  return Got::answer;
}

Answers::Got Answers::row(std::size_t i, RowAnswer& out, std::string& reason) {
  const Row& row = rows_.rows()[i];
  reason.clear();
  out.decisions.resize(decisions_.size());
  out.offers.clear();
  if (row.state == Row::State::rejected) {
    reason = rows_.reason(row);
    return Got::rejected;
  }
  // What the batch calls bad, the exact evaluator tells why.
  bool apart = row.state == Row::State::exact || plan_ == nullptr;
  if (!apart) {
    std::uint64_t bits = word(2 * side_, i / 64) | word(2 * side_ + 1, i / 64);
    apart = (bits >> i % 64 & 1u) != 0;
  }
  if (apart) return exactly(row, out, reason);
  from_masks(i, out);
  return Got::answer;
}

}  // namespace gdlc
