// See run_answers.h.
#include "run_answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "append.h"

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
    m.size = sizeof m;
    m.offers = at_.data() + first;
    m.domain = m.offers + offers_.size();
    m.gap = m.domain + n;
    m.stranded = m.gap + n;
    m.conflict = m.stranded + n;
  };
  side(certain_, 0);
  side(possible_, side_);
  result_ = {sizeof result_, &certain_, &possible_, at_[2 * side_], at_[2 * side_ + 1], 0, 0};
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
    gdlrt_offer o{sizeof o, 0, 0, nullptr, nullptr};
    if (gdlrt_plan_offer(plan, i, &o) == 0) continue;
    Offer offer{o.decision, o.verb, {}};
    for (std::uint32_t k = 0; k < o.leaves; ++k) {
      offer.way.emplace_back(gdlrt_plan_offer_leaf(plan, i, k));
    }
    offer_of_[key_of(offer.decision, offer.verb, offer.way)] = i;
    made_by_[o.decision].push_back(i);
    offers_.push_back(std::move(offer));
  }
  of_word_.make(decisions_.size(), kRows);
  of_one_.make(decisions_.size(), 1);
}

void Answers::block() {
  word_ = SIZE_MAX;
  if (plan_ == nullptr) return;
  for (std::size_t k = 0; k < taken_.size(); ++k) {
    const Column& c = rows_.columns()[taken_[k]];
    data_[k] = {};
    data_[k].size = sizeof data_[k];
    data_[k].values = c.values.data();
    if (c.open) data_[k].valid = reinterpret_cast<const std::uint8_t*>(c.valid.data());
  }
  (void)gdlrt_batch_run(plan_, batch_, data_.data(), rows_.rows().size(), &result_);
}

void Answers::Rowed::make(std::size_t decisions, std::size_t rows) {
  marks.resize(decisions * rows);
  first.resize((decisions + 1) * rows);
  offers.resize(rows);
}

void Answers::Rowed::show(std::size_t row, RowAnswer& out) const {
  const std::size_t rows = offers.size();
  out = {marks.data() + row,  first.data() + row, rows,
         marks.size() / rows, offers[row].data(), offers[row].size()};
}

/// The answers of 64 rows out of the masks, mask by mask: of many, most have nothing for these rows.
void Answers::from_masks(std::size_t w) {
  constexpr std::size_t kKinds = 4;
  word_ = w;
  for (std::vector<RowAnswer::Made>& o : of_word_.offers) o.clear();
  for (std::size_t d = 0; d < decisions_.size(); ++d) {
    Marks4* marks = of_word_.marks.data() + d * kRows;
    std::uint32_t* first = of_word_.first.data() + d * kRows;
    for (std::size_t r = 0; r < kRows; ++r) {
      marks[r] = 0;
      first[r] = static_cast<std::uint32_t>(of_word_.offers[r].size());
    }
    if (word(side_ + offers_.size() + d, w) == 0) continue;  // about none of them
    for (std::size_t kind = 0; kind < kKinds; ++kind) {
      const std::size_t mask = offers_.size() + kind * decisions_.size() + d;
      const std::uint64_t certain = word(mask, w);
      const std::uint64_t possible = word(side_ + mask, w);  // it has all of `certain`
      for (std::size_t r = 0; r < kRows && possible != 0; ++r) {
        const std::uint64_t mark = (certain >> r & 1u) + (possible >> r & 1u);
        marks[r] = static_cast<Marks4>(marks[r] + mark * kMarkWeights[kind]);
      }
    }
    for (std::uint32_t o : made_by_[d]) {
      const std::uint64_t certain = word(o, w);
      for (std::uint64_t left = word(side_ + o, w); left != 0; left &= left - 1) {
        auto r = static_cast<std::size_t>(__builtin_ctzll(left));
        of_word_.offers[r].push_back(
            {o, (certain >> r & 1u) != 0 ? Status::certain : Status::possible});
      }
    }
  }
  for (std::size_t r = 0; r < kRows; ++r) {
    of_word_.first[decisions_.size() * kRows + r] =
        static_cast<std::uint32_t>(of_word_.offers[r].size());
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
  std::vector<RowAnswer::Made>& offers = of_one_.offers[0];
  offers.clear();
  for (std::uint32_t d = 0; d < decisions_.size(); ++d) {
    const nlohmann::json& from = answer["decisions"][d];
    unsigned marks = 0;
    std::size_t kind = 0;
    for (const char* member : {"applies", "gap", "stranded", "conflict"}) {
      marks += static_cast<unsigned>(mark(from, member)) * kMarkWeights[kind++];
    }
    of_one_.marks[d] = static_cast<Marks4>(marks);
    of_one_.first[d] = static_cast<std::uint32_t>(offers.size());
    const auto before = static_cast<std::ptrdiff_t>(offers.size());
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
      offers.push_back({at->second, status_of});
    }
    using Made = RowAnswer::Made;
    std::sort(offers.begin() + before, offers.end(),
              [](const Made& a, const Made& b) { return a.offer < b.offer; });
    offers.erase(std::unique(offers.begin() + before, offers.end(),
                             [](const Made& a, const Made& b) { return a.offer == b.offer; }),
                 offers.end());
  }
  of_one_.first[decisions_.size()] = static_cast<std::uint32_t>(offers.size());
  of_one_.show(0, out);
  return Got::answer;
}

Answers::Got Answers::row(std::size_t i, RowAnswer& out, std::string& reason) {
  const Row& row = rows_.rows()[i];
  reason.clear();
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
  if (i / kRows != word_) from_masks(i / kRows);
  of_word_.show(i % kRows, out);
  return Got::answer;
}

}  // namespace gdlc
