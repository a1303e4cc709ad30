// Typed indices: every cross-reference between tables is an Id of its own type, so that a fact's
// index cannot be used as a rule's.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace gdl {

/// An index into a table of `Tag`s. A default-made Id is "none" and must not be used as an index.
template <class Tag>
struct Id {
  static constexpr std::uint32_t kNone = 0xffffffffu;
  std::uint32_t value = kNone;

  constexpr Id() = default;
  // One for all: an overload for std::uint32_t and one for std::size_t are the same one on 32 bits.
  template <std::integral Int>
  constexpr explicit Id(Int v) : value(static_cast<std::uint32_t>(v)) {}
  [[nodiscard]] constexpr bool valid() const { return value != kNone; }
  constexpr explicit operator bool() const { return valid(); }
  friend constexpr bool operator==(Id a, Id b) { return a.value == b.value; }
  friend constexpr bool operator!=(Id a, Id b) { return a.value != b.value; }
  friend constexpr bool operator<(Id a, Id b) { return a.value < b.value; }
};

/// A vector indexed by Id<Tag>.
template <class Tag, class T>
class IdVector {
 public:
  using Index = Id<Tag>;

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] Index end_id() const { return Index(items_.size()); }
  T& operator[](Index id) { return items_[id.value]; }
  const T& operator[](Index id) const { return items_[id.value]; }
  Index push(T item) {
    Index id(items_.size());
    items_.push_back(std::move(item));
    return id;
  }
  void resize(std::size_t n) { items_.resize(n); }
  void assign(std::size_t n, const T& v) { items_.assign(n, v); }
  auto begin() { return items_.begin(); }
  auto end() { return items_.end(); }
  [[nodiscard]] auto begin() const { return items_.begin(); }
  [[nodiscard]] auto end() const { return items_.end(); }
  [[nodiscard]] const std::vector<T>& raw() const { return items_; }

 private:
  std::vector<T> items_;
};

}  // namespace gdl

template <class Tag>
struct std::hash<gdl::Id<Tag>> {
  std::size_t operator()(gdl::Id<Tag> id) const noexcept {
    return std::hash<std::uint32_t>()(id.value);
  }
};
