// gdlrt.hpp: gdlrt.h for C++20: handles that free themselves, and answers with names in place of texts. Header only; it
// throws nothing of its own and needs no exceptions. What the calls do and promise stands in gdlrt.h.
//
//   gdlrt::Result<gdlrt::Program> program = gdlrt::Program::open("nsclc.gdlb");
//   if (!program) return complain(program.problems());
//   gdlrt::Case c(*program);
//   c.name("histology", "nonsquamous");
//   c.number("age", "71");
//   gdlrt::Result<gdlrt::Answer> answer = c.evaluate();
//   if (!answer) return complain(answer.problems());
//   for (gdlrt::Decision d : answer->decisions())
//     for (gdlrt::Offer o : d.offers()) show(d.id(), o.verb(), o.label(), o.status());
//
// A text with a zero byte inside is none of the program's: it is refused whole, never taken up to that byte.
//
// A Case must not outlive its Program; texts and nodes are the Answer's, and an Answer stands for itself.
#ifndef GDLRT_HPP
#define GDLRT_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "gdlrt/gdlrt.h"

namespace gdlrt {
inline namespace v0 {

/// A value, or why there is none: the status, and the problems as JSON, one object a line.
template <class T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(gdlrt_status status, std::string problems)
      : status_(status), problems_(std::move(problems)) {}
  explicit operator bool() const { return value_.has_value(); }
  [[nodiscard]] gdlrt_status status() const { return status_; }
  [[nodiscard]] const std::string& problems() const { return problems_; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  gdlrt_status status_ = GDLRT_OK;
  std::string problems_;
};

namespace detail {
extern "C" inline int gdlrt_v0_append(void* context, const char* text, std::size_t size) noexcept {
  static_cast<std::string*>(context)->append(text, size);
  return 0;
}

/// C reads a text up to its first zero byte.
inline bool whole(std::string_view text) { return text.find('\0') == std::string_view::npos; }

/// A text for C, to be used while the one that it is made of lives. For a zero byte inside it has U+2400, the sign for one, which is in no name
/// and in no number: so the runtime refuses the whole.
class CText {
 public:
  /// `text` ends with a zero byte.
  explicit CText(std::string_view text) : text_(text.data()) {
    if (whole(text)) return;
    for (char c : text) own_ += c == '\0' ? std::string("\xe2\x90\x80") : std::string(1, c);
    text_ = own_.c_str();
  }
  CText(const CText&) = delete;
  CText& operator=(const CText&) = delete;
  [[nodiscard]] const char* get() const { return text_; }

 private:
  std::string own_;
  const char* text_;
};
}  // namespace detail

/// An audit record (a line of JSON), and what it records: the answer as JSON, or the problems, one object a line. The
/// record is empty where the status is neither GDLRT_OK nor GDLRT_BAD_CASE.
struct Audited {
  gdlrt_status status = GDLRT_OK;
  std::string record, answer, problems;
};

/// A loaded program. Any number of threads may use it.
class Program {
 public:
  static Result<Program> load(const void* bytes, std::size_t size,
                              const gdlrt_load_options* options = nullptr) {
    gdlrt_program* raw = nullptr;
    std::string problems;
    gdlrt_status status =
        gdlrt_program_load_with(bytes, size, options, &raw, detail::gdlrt_v0_append, &problems);
    if (status != GDLRT_OK) return {status, std::move(problems)};
    return Program(raw);
  }
  static Result<Program> open(const std::string& path,
                              const gdlrt_load_options* options = nullptr) {
    if (!detail::whole(path)) {
      return {
          GDLRT_BAD_FILE,
          R"({"code":"GDL7003","name":"bad-program","severity":"error","line":1,"column":1,)"
          R"("message":"the file of the program cannot be read","help":"its name has a zero byte"})"
          "\n"};
    }
    gdlrt_program* raw = nullptr;
    std::string problems;
    gdlrt_status status =
        gdlrt_program_open_file(path.c_str(), options, &raw, detail::gdlrt_v0_append, &problems);
    if (status != GDLRT_OK) return {status, std::move(problems)};
    return Program(raw);
  }

  [[nodiscard]] const gdlrt_program* get() const { return raw_.get(); }
  [[nodiscard]] std::uint32_t facts() const { return gdlrt_program_count(get(), GDLRT_FACTS); }
  [[nodiscard]] std::uint32_t decisions() const {
    return gdlrt_program_count(get(), GDLRT_DECISIONS);
  }
  [[nodiscard]] std::uint32_t rules() const { return gdlrt_program_count(get(), GDLRT_RULES); }
  /// Structs are all zero, texts null, where there is no such index.
  [[nodiscard]] gdlrt_program_info about() const {
    return filled<gdlrt_program_info>([&](auto* out) { return gdlrt_program_about(get(), out); });
  }
  [[nodiscard]] gdlrt_fact fact(std::uint32_t i) const {
    return filled<gdlrt_fact>([&](auto* out) { return gdlrt_program_fact(get(), i, out); });
  }
  [[nodiscard]] gdlrt_value value(std::uint32_t fact, std::uint32_t i) const {
    return filled<gdlrt_value>([&](auto* out) { return gdlrt_program_value(get(), fact, i, out); });
  }
  [[nodiscard]] gdlrt_decision decision(std::uint32_t i) const {
    return filled<gdlrt_decision>([&](auto* out) { return gdlrt_program_decision(get(), i, out); });
  }
  [[nodiscard]] gdlrt_rule rule(std::uint32_t i) const {
    return filled<gdlrt_rule>([&](auto* out) { return gdlrt_program_rule(get(), i, out); });
  }
  /// Whether it has a text for the audience (none: whichever) in the locale (none: whichever; "": in none).
  [[nodiscard]] bool speaks(const std::optional<std::string>& audience,
                            const std::optional<std::string>& locale = std::nullopt) const {
    if (!detail::whole(audience.value_or("")) || !detail::whole(locale.value_or(""))) return false;
    return gdlrt_program_speaks(get(), audience.has_value() ? audience->c_str() : nullptr,
                                locale.has_value() ? locale->c_str() : nullptr) != 0;
  }
  /// GDLRT_NONE where there is none.
  [[nodiscard]] std::uint32_t find(gdlrt_part part, const std::string& name) const {
    return detail::whole(name) ? gdlrt_program_find(get(), part, name.c_str()) : GDLRT_NONE;
  }
  [[nodiscard]] std::uint32_t find_value(std::uint32_t fact, const std::string& name) const {
    return detail::whole(name) ? gdlrt_program_find_value(get(), fact, name.c_str()) : GDLRT_NONE;
  }
  [[nodiscard]] std::string bound(std::uint32_t fact, gdlrt_bound which) const {
    std::string out(gdlrt_program_bound(get(), fact, which, nullptr, 0), '\0');
    (void)gdlrt_program_bound(get(), fact, which, out.data(), out.size() + 1);
    return out;
  }
  [[nodiscard]] std::array<std::uint8_t, 32> hash() const {
    std::array<std::uint8_t, 32> out{};
    (void)gdlrt_program_hash(get(), out.data());
    return out;
  }
  /// Evaluates a case that is JSON, with the record of it.
  [[nodiscard]] Audited audit(const std::array<std::uint8_t, 32>& program_hash,
                              std::string_view json,
                              const gdlrt_eval_options* options = nullptr) const {
    Audited out;
    out.status = gdlrt_audit_json(get(), program_hash.data(), json.data(), json.size(), options,
                                  detail::gdlrt_v0_append, &out.record, detail::gdlrt_v0_append,
                                  &out.answer, detail::gdlrt_v0_append, &out.problems);
    return out;
  }

 private:
  struct Free {
    void operator()(gdlrt_program* p) const { gdlrt_program_free(p); }
  };
  explicit Program(gdlrt_program* raw) : raw_(raw) {}
  template <class Struct, class Call>
  [[nodiscard]] static Struct filled(Call&& call) {
    Struct out{};
    out.size = sizeof out;
    (void)call(&out);
    return out;
  }
  std::unique_ptr<gdlrt_program, Free> raw_;
};

enum class Status : std::uint8_t { never, possible, undecided, assumed, certain };
enum class Truth : std::uint8_t { no, yes, unknown };

/// A value of an answer. One that is not there is empty, and so is all below it.
class Node {
 public:
  Node() = default;
  explicit Node(const gdlrt_node* n) : n_(n) {}
  explicit operator bool() const { return n_ != nullptr; }
  [[nodiscard]] const gdlrt_node* get() const { return n_; }
  [[nodiscard]] gdlrt_node_type kind() const { return gdlrt_node_kind(n_); }
  [[nodiscard]] std::string_view text() const { return {gdlrt_node_text(n_), gdlrt_node_size(n_)}; }
  [[nodiscard]] std::string_view name() const { return gdlrt_node_name(n_); }
  [[nodiscard]] bool is_true() const { return gdlrt_node_true(n_) != 0; }
  [[nodiscard]] std::uint32_t size() const { return gdlrt_node_count(n_); }
  [[nodiscard]] Node operator[](const char* member) const {
    return Node(gdlrt_node_member(n_, member));
  }
  [[nodiscard]] Node at(std::uint32_t i) const { return Node(gdlrt_node_at(n_, i)); }

 private:
  const gdlrt_node* n_ = nullptr;
};

/// The values of a list or the members of an object, each seen as a View.
template <class View>
class List {
 public:
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = View;
    using iterator_category = std::input_iterator_tag;
    using reference = View;
    using pointer = void;
    Iterator() = default;
    Iterator(Node list, std::uint32_t i) : list_(list), i_(i) {}
    View operator*() const { return View(list_.at(i_)); }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    Iterator operator++(int) { return {list_, i_++}; }
    bool operator==(const Iterator& o) const { return i_ == o.i_; }

   private:
    Node list_;
    std::uint32_t i_ = 0;
  };
  explicit List(Node list) : list_(list) {}
  [[nodiscard]] Iterator begin() const { return {list_, 0}; }
  [[nodiscard]] Iterator end() const { return {list_, list_.size()}; }
  [[nodiscard]] std::uint32_t size() const { return list_.size(); }
  [[nodiscard]] bool empty() const { return list_.size() == 0; }
  [[nodiscard]] View operator[](std::uint32_t i) const { return View(list_.at(i)); }

 private:
  Node list_;
};

/// A text of a list of texts.
class Text {
 public:
  explicit Text(Node n) : n_(n) {}
  operator std::string_view() const { return n_.text(); }
  [[nodiscard]] std::string_view view() const { return n_.text(); }

 private:
  Node n_;
};
using Texts = List<Text>;

/// What the parts of an answer share. `node()` leads to members that have no name here.
class Part {
 public:
  explicit Part(Node n) : n_(n) {}
  [[nodiscard]] Node node() const { return n_; }
  explicit operator bool() const { return static_cast<bool>(n_); }
  [[nodiscard]] Status status() const {
    constexpr std::string_view kNames[] = {"never", "possible", "undecided", "assumed", "certain"};
    for (std::uint8_t i = 0; i < 5; ++i) {
      if (text("status") == kNames[i]) return static_cast<Status>(i);
    }
    return Status::never;
  }
  [[nodiscard]] Texts hangs_on() const { return Texts(n_["hangs_on"]); }
  /// With `explain`: the facts that force it, each with what the case says.
  [[nodiscard]] List<Node> because() const { return List<Node>(n_["because"]); }

 protected:
  [[nodiscard]] std::string_view text(const char* member) const { return n_[member].text(); }
  [[nodiscard]] Truth truth(const char* member) const {
    std::string_view t = text(member);
    return t == "yes" ? Truth::yes : t == "unknown" ? Truth::unknown : Truth::no;
  }

 private:
  Node n_;
};

class Offer : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view verb() const { return text("verb"); }
  [[nodiscard]] Texts way() const { return Texts(node()["way"]); }
  [[nodiscard]] std::string_view label() const { return text("label"); }
  [[nodiscard]] Texts texts() const { return Texts(node()["texts"]); }
  [[nodiscard]] List<Node> parameters() const { return List<Node>(node()["parameters"]); }
  [[nodiscard]] Texts rules() const { return Texts(node()["rules"]); }
  [[nodiscard]] Texts cautions() const { return Texts(node()["cautions"]); }
};

class Advice : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view rule() const { return text("rule"); }
  [[nodiscard]] std::string_view verb() const { return text("verb"); }
  [[nodiscard]] std::string_view action() const { return text("action"); }
  [[nodiscard]] std::string_view words() const { return text("text"); }
  [[nodiscard]] Truth conflict() const { return truth("conflict"); }
  [[nodiscard]] Texts against() const { return Texts(node()["against"]); }
  [[nodiscard]] List<Node> citations() const { return List<Node>(node()["cite"]); }
  [[nodiscard]] Node source() const { return node()["source"]; }
};

class Withdrawn : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view rule() const { return text("rule"); }
  [[nodiscard]] std::string_view action() const { return text("action"); }
  [[nodiscard]] Texts by() const { return Texts(node()["by"]); }
};

/// An accept that waives something for this patient, by its reason.
class Accepted : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view reason() const { return text("because"); }
};

class Question : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view fact() const { return text("fact"); }
  [[nodiscard]] std::string_view settles() const { return text("settles"); }
};

class NotStanding : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view rule() const { return text("rule"); }
  [[nodiscard]] Truth applies() const { return truth("applies"); }
  [[nodiscard]] Texts overridden_by() const { return Texts(node()["overridden_by"]); }
  [[nodiscard]] List<Part> would_need() const { return List<Part>(node()["would_need"]); }
};

class Decision : public Part {
 public:
  using Part::Part;
  [[nodiscard]] std::string_view id() const { return text("id"); }
  [[nodiscard]] std::string_view title() const { return text("title"); }
  [[nodiscard]] Truth applies() const { return truth("applies"); }
  [[nodiscard]] bool settled() const { return node()["settled"].is_true(); }
  [[nodiscard]] Truth gap() const { return truth("gap"); }
  [[nodiscard]] Truth stranded() const { return truth("stranded"); }
  [[nodiscard]] List<Offer> offers() const { return List<Offer>(node()["offers"]); }
  [[nodiscard]] List<Advice> advice() const { return List<Advice>(node()["advice"]); }
  [[nodiscard]] List<Withdrawn> withdrawn() const { return List<Withdrawn>(node()["withdrawn"]); }
  [[nodiscard]] List<Accepted> accepted() const { return List<Accepted>(node()["accepted"]); }
  [[nodiscard]] List<Question> ask() const { return List<Question>(node()["ask"]); }
  [[nodiscard]] List<NotStanding> not_standing() const {
    return List<NotStanding>(node()["not_standing"]);
  }
};

class Answer {
 public:
  explicit Answer(gdlrt_answer* raw) : raw_(raw) {}
  [[nodiscard]] const gdlrt_answer* get() const { return raw_.get(); }
  [[nodiscard]] std::string_view json() const {
    std::size_t size = 0;
    const char* text = gdlrt_answer_json(get(), &size);
    return {text, size};
  }
  [[nodiscard]] Node root() const { return Node(gdlrt_answer_root(get())); }
  [[nodiscard]] List<Decision> decisions() const { return List<Decision>(root()["decisions"]); }
  /// Empty if there is none of that name.
  [[nodiscard]] Decision decision(std::string_view id) const {
    for (Decision d : decisions()) {
      if (d.id() == id) return d;
    }
    return Decision(Node());
  }
  [[nodiscard]] List<Withdrawn> cautions() const { return List<Withdrawn>(root()["cautions"]); }
  /// The defaults that were put in: each a `fact` and a `value`.
  [[nodiscard]] List<Node> assumed() const { return List<Node>(root()["assumed"]); }

 private:
  struct Free {
    void operator()(gdlrt_answer* a) const { gdlrt_answer_free(a); }
  };
  std::unique_ptr<gdlrt_answer, Free> raw_;
};

/// What is known of one patient. Each call gives the status; what is wrong is told by `problems`, and by the evaluation,
/// which refuses a case with a refused value.
class Case {
 public:
  /// A fact by its index, or by its name.
  class Fact {
   public:
    Fact(std::uint32_t index) : index_(index) {}
    Fact(const char* name) : name_(name == nullptr ? std::string_view() : name) {}
    Fact(const std::string& name) : name_(name) {}
    [[nodiscard]] std::uint32_t in(gdlrt_case* c) const {
      return name_.data() == nullptr ? index_ : gdlrt_case_fact(c, detail::CText(name_).get());
    }

   private:
    std::uint32_t index_ = GDLRT_NONE;
    std::string_view name_;  // ends with a zero byte; null: by index
  };

  explicit Case(const Program& program, const gdlrt_allocator* allocator = nullptr)
      : problems_(std::make_unique<std::string>()) {
    gdlrt_case_options options{sizeof options, allocator, detail::gdlrt_v0_append, problems_.get()};
    gdlrt_case* raw = nullptr;
    made_ = gdlrt_case_make(program.get(), &options, &raw);
    raw_.reset(raw);
  }
  /// GDLRT_OK, or why the case could not be made: then each call gives GDLRT_BAD_ARGUMENT.
  [[nodiscard]] gdlrt_status made() const { return made_; }
  [[nodiscard]] gdlrt_case* get() const { return raw_.get(); }
  /// What calls have refused since they were last cleared.
  [[nodiscard]] const std::string& problems() const { return *problems_; }
  void clear() {
    problems_->clear();
    gdlrt_case_clear(get());
  }
  gdlrt_status unset(Fact f) { return gdlrt_case_unset(get(), f.in(get())); }
  gdlrt_status unknown(Fact f) { return gdlrt_case_set_unknown(get(), f.in(get())); }
  gdlrt_status boolean(Fact f, bool yes) {
    return gdlrt_case_set_boolean(get(), f.in(get()), yes ? 1 : 0);
  }
  gdlrt_status value(Fact f, std::uint32_t value) {
    return gdlrt_case_set_value(get(), f.in(get()), value);
  }
  gdlrt_status name(Fact f, const std::string& name) {
    return gdlrt_case_set_name(get(), f.in(get()), detail::CText(name).get());
  }
  gdlrt_status number(Fact f, const std::string& number, const char* unit = nullptr) {
    return gdlrt_case_set_number(get(), f.in(get()), detail::CText(number).get(), unit);
  }
  gdlrt_status scaled(Fact f, std::int64_t mantissa, std::int32_t exponent,
                      const char* unit = nullptr) {
    return gdlrt_case_set_scaled(get(), f.in(get()), mantissa, exponent, unit);
  }
  gdlrt_status elements(Fact f, std::uint64_t present, std::uint64_t known = ~std::uint64_t{0}) {
    std::uint32_t i = f.in(get());
    return gdlrt_case_set_elements(get(), i, present, known);
  }
  gdlrt_status element(Fact f, std::uint32_t element, gdlrt_truth truth) {
    return gdlrt_case_set_element(get(), f.in(get()), element, truth);
  }
  gdlrt_status narrow(Fact f, std::span<const gdlrt_narrowing> list) {
    return gdlrt_case_narrow(get(), f.in(get()), list.data(), list.size());
  }
  gdlrt_status json(Fact f, std::string_view value) {
    return gdlrt_case_set_json(get(), f.in(get()), value.data(), value.size());
  }
  gdlrt_status read(std::string_view json) {
    problems_->clear();
    return gdlrt_case_read(get(), json.data(), json.size());
  }
  /// As JSON; empty if something in it was refused.
  [[nodiscard]] std::string json() const {
    std::string out;
    (void)gdlrt_case_write(get(), detail::gdlrt_v0_append, &out);
    return out;
  }
  [[nodiscard]] Result<Answer> evaluate(const gdlrt_eval_options* options = nullptr) {
    problems_->clear();
    gdlrt_answer* raw = nullptr;
    gdlrt_status status = gdlrt_evaluate(get(), options, &raw);
    if (status != GDLRT_OK) return {status, *problems_};
    return Answer(raw);
  }

 private:
  struct Free {
    void operator()(gdlrt_case* c) const { gdlrt_case_free(c); }
  };
  std::unique_ptr<std::string> problems_;  // where it stays when the case moves
  std::unique_ptr<gdlrt_case, Free> raw_;
  gdlrt_status made_ = GDLRT_OK;
};

}  // namespace v0
}  // namespace gdlrt

#endif
