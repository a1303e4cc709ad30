// See sized.h.
#include "sized.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <map>

#include "random.h"

namespace gdl::bench {

namespace {

constexpr std::size_t kImpossible = 64;  // kept, at most

bool get(const std::uint64_t* mask, std::size_t i) { return (mask[i / 64] >> i % 64 & 1u) != 0; }

template <class Visit>
void each_bit(const std::uint64_t* mask, std::size_t bits, Visit&& visit) {
  for (std::size_t w = 0; w * 64 < bits; ++w) {
    for (std::uint64_t left = mask[w]; left != 0; left &= left - 1)
      visit(w * 64 + static_cast<std::size_t>(__builtin_ctzll(left)));
  }
}

std::array<const std::uint64_t*, 6> lists(const gdlrt_masks& m) {
  return {m.rules, m.offers, m.domain, m.gap, m.stranded, m.conflict};
}

}  // namespace

Sized::Sized(std::string name, const Guideline& g)
    : name_(std::move(name)), g_(g), p_(g.program()->program), record_(p_, false) {}

Sized::~Sized() {
  for (gdlrt_case* c : said_) gdlrt_case_free(c);
  gdlrt_plan_free(plan_);
  gdlrt_batch_plan_free(batch_plan_);
}

Failure Sized::prepare(std::size_t count, std::size_t cases, std::size_t column_bytes) {
  std::vector<gdlrt_field> fields;
  for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
    const RecordLayout::Field& at = record_.fields[f];
    fields.push_back({sizeof(gdlrt_field), p_.name(p_.facts[f].name), at.raw, 0, at.offset, 0, 0});
  }
  if (gdlrt_plan_make(g_.program(), fields.data(), fields.size(), record_.size, &plan_, nullptr,
                      nullptr) != GDLRT_OK) {
    return name_ + ": cannot be prepared";
  }
  memory_ = Aligned(gdlrt_state_size(plan_));
  if (gdlrt_state_make(plan_, memory_.data(), gdlrt_state_size(plan_), &state_) != GDLRT_OK) {
    return name_ + ": no memory";
  }
  answer_ =
      std::make_unique<AnswerLayout>(p_.rules.count, gdlrt_plan_offers(plan_), p_.decisions.count);
  out_.resize(answer_->size);
  patients_ = std::make_unique<Patients>(p_, false, count, 4, [this](const std::uint8_t* record) {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    if (gdlrt_record_evaluate(plan_, state_, record, &r) == GDLRT_OK) return true;
    if (impossible() < kImpossible && r.bad_field == GDLRT_NO_FIELD)
      impossible_.insert(impossible_.end(), record, record + record_.size);
    return false;
  });
  if (patients() < count) return name_ + ": too few possible patients";
  prepare_columns(column_bytes);
  for (std::size_t i = 0; i < std::min(cases, patients()); ++i) {
    json_.push_back(case_text(p_, *patients_, i));
    said_.push_back(nullptr);
    if (gdlrt_case_make(g_.program(), nullptr, &said_.back()) != GDLRT_OK ||
        gdlrt_case_read(said_.back(), json_.back().data(), json_.back().size()) != GDLRT_OK) {
      return name_ + ": the interpreter refuses a patient whom a record holds";
    }
  }
  return prepare_batch();
}

void Sized::prepare_columns(std::size_t bytes) {
  std::size_t outputs = 0;
  for (std::size_t n : answer_->counts) outputs += n;
  const std::size_t times = static_cast<std::size_t>(
      static_cast<double>(bytes) / (moved(outputs) * static_cast<double>(patients())));
  rows_ = patients() * std::max<std::size_t>(1, times);
  words_ = (rows_ + 511) / 512 * 8;
  for (auto [memory, at] : {std::pair{&masks_, &at_}, std::pair{&want_, &want_at_}}) {
    *memory = Aligned(outputs * words_ * 8);
    for (std::size_t i = 0; i < outputs; ++i)
      at->push_back(reinterpret_cast<std::uint64_t*>(memory->data()) + i * words_);
  }
  for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
    const std::size_t size = record_.fields[f].size * patients();
    values_.emplace_back(record_.fields[f].size * words_ * 64);
    for (std::size_t at = 0; at < record_.fields[f].size * rows_; at += size)
      std::memcpy(values_[f].data() + at, patients_->columns[f].data(), size);
    for (std::size_t row = rows_, k = 0; row < words_ * 64 && impossible() > 0; ++row, ++k) {
      const RecordLayout::Field& field = record_.fields[f];
      std::memcpy(values_[f].data() + row * field.size,
                  impossible_.data() + k % impossible() * record_.size + field.offset, field.size);
    }
    columns_.push_back(values_[f].data());
  }
}

Failure Sized::prepare_batch() {
  std::vector<gdlrt_column> columns;
  for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
    columns.push_back({sizeof(gdlrt_column), p_.name(p_.facts[f].name), record_.fields[f].raw, 0});
    data_.push_back({sizeof(gdlrt_column_data), columns_[f], nullptr, 0, nullptr, 0});
  }
  test::Random random(3);
  for (const gdlrt_column_data& d : data_) {
    std::vector<std::uint8_t>& valid = valid_.emplace_back((open_rows() + 7) / 8, 0);
    for (std::size_t i = 0; i < open_rows(); ++i) {
      if (!random.one_in(20)) valid[i / 8] |= static_cast<std::uint8_t>(1u << i % 8);
    }
    open_.push_back(d);
    open_.back().valid = valid.data();
  }
  open_undecided_.resize((open_rows() + 63) / 64);
  gdlrt_status status =
      gdlrt_batch_plan_make(g_.program(), columns.data(), columns.size(), GDLRT_WANT_ALL,
                            GDLRT_ENGINE_BEST, &batch_plan_, nullptr, nullptr);
  if (status == GDLRT_UNDECIDED) return std::nullopt;  // too large for a circuit
  if (status != GDLRT_OK) return name_ + ": no batch";
  batch_memory_ = Aligned(gdlrt_batch_size(batch_plan_));
  if (gdlrt_batch_make(batch_plan_, batch_memory_.data(), gdlrt_batch_size(batch_plan_), &batch_) !=
      GDLRT_OK) {
    return name_ + ": no memory";
  }
  return std::nullopt;
}

Failure Sized::build_by_hand(const std::string& level, ColumnStyle columns, bool split,
                             std::size_t compilers) {
  Built built = bench::build_by_hand(by_hand(p_, record_, columns, split), level, compilers);
  if (built.failure) return name_ + ": " + *built.failure;
  hand_ = std::move(built.hand);
  return std::nullopt;
}

double Sized::moved(std::size_t outputs) const {
  std::size_t read = 0;
  for (const RecordLayout::Field& f : record_.fields) read += f.size;
  return static_cast<double>(read) + static_cast<double>(outputs) / 8;
}

void Sized::by_records() {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < patients(); ++i) {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    (void)gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r);
    sum += *r.certain->offers;
  }
  sink_ = sum;
}

void Sized::by_rows(void (*all)(const void*, std::uint64_t*)) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < patients(); ++i) {
    all(patients_->record(i), out_.data());
    sum += out_[answer_->first[1]];
  }
  sink_ = sum;
}

gdlrt_batch_masks Sized::masks_of(const std::vector<std::uint64_t*>& at) const {
  const std::size_t(&n)[6] = answer_->counts;
  gdlrt_batch_masks m{};
  m.size = sizeof m;
  m.rules = at.data();
  m.offers = m.rules + n[0];
  m.domain = m.offers + n[1];
  m.gap = m.domain + n[2];
  m.stranded = m.gap + n[3];
  m.conflict = m.stranded + n[4];
  return m;
}

gdlrt_status Sized::by_batch_open() {
  gdlrt_batch_masks certain = masks_of(at_);
  gdlrt_batch_masks possible = masks_of(want_at_);  // what was wanted has been compared
  gdlrt_batch_result result{sizeof result,          &certain, &possible, nullptr,
                            open_undecided_.data(), 0,        0};
  gdlrt_status status = gdlrt_batch_run(batch_plan_, batch_, open_.data(), open_rows(), &result);
  undecided_ = result.undecided_rows;
  return status == GDLRT_OK && result.bad_rows > 0 ? GDLRT_BAD_CASE : status;
}

gdlrt_status Sized::by_batch() {
  gdlrt_batch_masks m = masks_of(at_);
  gdlrt_batch_result result{sizeof result, &m, nullptr, nullptr, nullptr, 0, 0};
  gdlrt_status status = gdlrt_batch_run(batch_plan_, batch_, data_.data(), rows(), &result);
  return status == GDLRT_OK && result.bad_rows > 0 ? GDLRT_BAD_CASE : status;
}

void Sized::by_columns(decltype(Handwritten::columns) columns) {
  columns(columns_.data(), words_, at_.data());
}

void Sized::by_interpreter(std::size_t i) { (void)evaluate(g_.program(), json_[i]); }

void Sized::by_interpreter_said(std::size_t i) {
  gdlrt_answer* answer = nullptr;
  (void)gdlrt_evaluate(said_[i], nullptr, &answer);
  gdlrt_answer_free(answer);
}

// -- the same answers --------------------------------------------------------------------------------

void Sized::wanted_masks() {
  for (std::uint64_t* m : want_at_) std::memset(m, 0, words_ * 8);
  for (std::size_t i = 0; i < patients(); ++i) {
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    (void)gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r);
    std::size_t first = 0;
    const auto all = lists(*r.certain);
    for (std::size_t k = 0; k < 6; first += answer_->counts[k++]) {
      each_bit(all[k], answer_->counts[k], [&](std::size_t o) {
        for (std::size_t row = i; row < rows(); row += patients())
          want_at_[first + o][row / 64] |= std::uint64_t{1} << row % 64;
      });
    }
  }
}

Failure Sized::agree_masks(const std::string& who) const {
  for (std::size_t o = 0; o < at_.size(); ++o) {
    for (std::size_t w = 0; w * 64 < rows(); ++w) {
      // Bits behind the last row are of impossible patients, who have none; or mean nothing.
      const std::size_t here = impossible() > 0 ? 64 : std::min<std::size_t>(64, rows() - w * 64);
      if ((at_[o][w] ^ want_at_[o][w]) << (64 - here) != 0)
        return fmt::format("{}: {} and record differ in rows from {} on", name_, who, w * 64);
    }
  }
  return std::nullopt;
}

Failure Sized::agree_interpreter(std::size_t i) {
  gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
  (void)gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r);
  gdlrt_answer* answer = nullptr;
  if (gdlrt_evaluate(said_[i], nullptr, &answer) != GDLRT_OK)
    return name_ + ": the interpreter fails";
  std::unique_ptr<gdlrt_answer, void (*)(gdlrt_answer*)> freed(answer, gdlrt_answer_free);
  // Offers by decision and by what they say.
  std::map<std::pair<std::uint32_t, std::string>, std::uint32_t> numbers;
  for (std::uint32_t o = 0; o < gdlrt_plan_offers(plan_); ++o) {
    gdlrt_offer offer{sizeof offer, 0, 0, nullptr, nullptr};
    (void)gdlrt_plan_offer(plan_, o, &offer);
    std::string words = offer.verb;
    for (std::uint32_t k = 0; k < offer.leaves; ++k)
      words += std::string(" ") + gdlrt_plan_offer_leaf(plan_, o, k);
    numbers[{offer.decision, words}] = o;
  }
  const Failure differs = fmt::format("{}: interpreter and record differ for patient {}", name_, i);
  const gdlrt_node* decisions = gdlrt_node_member(gdlrt_answer_root(answer), "decisions");
  std::vector<std::uint64_t> offered((answer_->counts[1] + 63) / 64 + 1);
  for (std::uint32_t d = 0; d < p_.decisions.count; ++d) {
    const gdlrt_node* said = gdlrt_node_at(decisions, d);
    auto text = [](const gdlrt_node* n, const char* member) {
      return std::string(gdlrt_node_text(gdlrt_node_member(n, member)));
    };
    static constexpr const char* kMarks[] = {"applies", "gap", "stranded", "conflict"};
    const auto all = lists(*r.certain);
    for (std::size_t k = 0; k < 4; ++k) {
      const std::string mark = text(said, kMarks[k]);
      const bool decided = mark == "yes" || mark == "no" || (k == 3 && mark.empty());
      if (!decided || (mark == "yes") != get(all[2 + k], d)) return differs;
    }
    const gdlrt_node* offers = gdlrt_node_member(said, "offers");
    for (std::uint32_t o = 0; o < gdlrt_node_count(offers); ++o) {
      const gdlrt_node* offer = gdlrt_node_at(offers, o);
      const gdlrt_node* way = gdlrt_node_member(offer, "way");
      std::string words = text(offer, "verb");
      for (std::uint32_t k = 0; k < gdlrt_node_count(way); ++k)
        words += std::string(" ") + gdlrt_node_text(gdlrt_node_at(way, k));
      auto number = numbers.find({d, words});
      if (number == numbers.end() || text(offer, "status") != "certain") return differs;
      offered[number->second / 64] |= std::uint64_t{1} << number->second % 64;
    }
  }
  for (std::uint32_t o = 0; o < answer_->counts[1]; ++o) {
    if (get(offered.data(), o) != get(r.certain->offers, o)) return differs;
  }
  return std::nullopt;
}

Failure Sized::agree_impossible(const Handwritten& h) {
  for (std::size_t i = 0; i < impossible(); ++i) {
    for (auto all : {h.all_if, h.all_flat}) {
      std::fill(out_.begin(), out_.end(), 0x5555555555555555);
      all(impossible_.data() + i * record_.size, out_.data());
      const auto end = out_.begin() + static_cast<std::ptrdiff_t>(answer_->spare);
      if (std::any_of(out_.begin(), end, [](std::uint64_t w) { return w != 0; }))
        return name_ + ": by hand (" + h.compiler + ") answers an impossible patient";
    }
  }
  return std::nullopt;
}

bool Sized::agree_row(void (*all)(const void*, std::uint64_t*), std::size_t i) {
  gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
  (void)gdlrt_record_evaluate(plan_, state_, patients_->record(i), &r);
  // What was there before must not shine through.
  std::fill(out_.begin(), out_.end(), 0x5555555555555555);
  all(patients_->record(i), out_.data());
  const auto want = lists(*r.certain);
  bool same = true;
  for (std::size_t k = 0; k < 6; ++k) {
    same = same && std::memcmp(out_.data() + answer_->first[k], want[k],
                               (answer_->counts[k] + 63) / 64 * 8) == 0;
  }
  return same;
}

Failure Sized::agree() {
  wanted_masks();
  if (has_batch()) {
    if (by_batch() != GDLRT_OK) return name_ + ": the batch fails";
    if (Failure f = agree_masks("batch")) return f;
  }
  for (const Handwritten& h : hand_) {
    by_columns(h.columns);
    if (Failure f = agree_masks("columns by hand (" + h.compiler + ")")) return f;
    if (Failure f = agree_impossible(h)) return f;
    for (auto [all, how] :
         {std::pair{h.all_if, "with ifs"}, std::pair{h.all_flat, "without branches"}}) {
      for (std::size_t i = 0; i < patients(); ++i) {
        if (!agree_row(all, i))
          return fmt::format("{}: by hand {} ({}) and record differ for patient {}", name_, how,
                             h.compiler, i);
      }
    }
  }
  for (std::size_t i = 0; i < cases(); ++i) {
    if (Failure f = agree_interpreter(i)) return f;
  }
  return has_batch() ? agree_open() : std::nullopt;
}

/// As many rows as there are cases: what is certain and possible is what a record with the same values unknown gives.
Failure Sized::agree_open() {
  if (by_batch_open() != GDLRT_OK) return name_ + ": the batch with unknown values fails";
  std::vector<gdlrt_field> fields;
  for (std::uint32_t f = 0; f < p_.facts.count; ++f) {
    const RecordLayout::Field& at = record_.fields[f];
    fields.push_back({sizeof(gdlrt_field), p_.name(p_.facts[f].name), at.raw, 0, at.offset,
                      record_.size + f / 8, 1u << f % 8});
  }
  const std::size_t size = record_.size + (fields.size() + 7) / 8;
  gdlrt_plan* plan = nullptr;
  gdlrt_state* state = nullptr;
  if (gdlrt_plan_make(g_.program(), fields.data(), fields.size(), size, &plan, nullptr, nullptr) !=
      GDLRT_OK) {
    return name_ + ": cannot be prepared for unknown values";
  }
  Aligned memory(gdlrt_state_size(plan));
  Failure out;
  if (gdlrt_state_make(plan, memory.data(), gdlrt_state_size(plan), &state) != GDLRT_OK)
    out = name_ + ": no memory";
  std::vector<std::uint8_t> record(size);
  std::size_t compared = 0;
  for (std::size_t row = 0; row < std::min(cases(), open_rows()) && !out; ++row) {
    if (get(open_undecided_.data(), row)) continue;
    std::memcpy(record.data(), patients_->record(row % patients()), record_.size);
    std::memset(record.data() + record_.size, 0, size - record_.size);
    for (std::size_t f = 0; f < fields.size(); ++f) {
      if ((valid_[f][row / 8] >> row % 8 & 1u) == 0)
        record[record_.size + f / 8] |= static_cast<std::uint8_t>(1u << f % 8);
    }
    gdlrt_record_result r{sizeof r, nullptr, nullptr, 0};
    gdlrt_status status = gdlrt_record_evaluate(plan, state, record.data(), &r);
    if (status == GDLRT_UNDECIDED) continue;
    bool same = status == GDLRT_OK;
    ++compared;
    for (auto [mine, at] : {std::pair{r.certain, &at_}, std::pair{r.possible, &want_at_}}) {
      std::size_t first = 0;
      for (std::size_t k = 0; k < 6 && same; first += answer_->counts[k++]) {
        for (std::size_t o = 0; o < answer_->counts[k]; ++o)
          same = same && get(lists(*mine)[k], o) == get((*at)[first + o], row);
      }
    }
    if (!same)
      out = fmt::format("{}: batch and record differ for row {} with unknown values", name_, row);
  }
  gdlrt_plan_free(plan);
  if (!out && compared == 0) out = name_ + ": no row with unknown values could be compared";
  return out;
}

}  // namespace gdl::bench
