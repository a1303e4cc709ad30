// The members of a JSON object as they are written: names and values as pieces of the text, not looked into.
#pragma once

#include <cstddef>
#include <string_view>

namespace gdlc {

/// A member of an object, its name and value as they are written; the name without its quotes.
struct Member {
  const char* name = nullptr;
  std::size_t name_size = 0;
  const char* at = nullptr;
  std::size_t size = 0;
  [[nodiscard]] std::string_view value() const { return {at, size}; }
};

inline const char* past_space(const char* at, const char* end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) ++at;
  return at;
}

/// Behind the text that begins at `at` with a quote; null if it does not end.
inline const char* past_text(const char* at, const char* end) {
  for (++at; at < end; ++at) {
    if (*at == '\\') {
      ++at;
    } else if (*at == '"') {
      return at + 1;
    }
  }
  return nullptr;
}

/// Behind a value, whatever is inside of it; null if it does not end.
inline const char* past_value(const char* at, const char* end) {
  if (at == end) return nullptr;
  if (*at == '"') return past_text(at, end);
  if (*at != '{' && *at != '[') {
    const char* from = at;
    while (at < end && *at != ',' && *at != '}' && *at != ']' && *at > ' ') ++at;
    return at == from ? nullptr : at;
  }
  std::size_t depth = 0;
  while (at < end) {
    if (*at == '"') {
      at = past_text(at, end);
      if (at == nullptr) return nullptr;
      continue;
    }
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') --depth;
    ++at;
    if (depth == 0) return at;
  }
  return nullptr;
}

/// The members of the object that the text is; false if it is none. Names and values are not looked into: what is no
/// JSON in them is for the caller to see.
template <class Each>
bool each_member(const char* at, const char* end, Each&& each) {
  at = past_space(at, end);
  if (at == end || *at != '{') return false;
  at = past_space(at + 1, end);
  if (at < end && *at == '}') return past_space(at + 1, end) == end;
  while (true) {
    if (at == end || *at != '"') return false;
    Member m;
    m.name = at + 1;
    at = past_text(at, end);
    if (at == nullptr) return false;
    m.name_size = static_cast<std::size_t>(at - 1 - m.name);
    at = past_space(at, end);
    if (at == end || *at != ':') return false;
    at = past_space(at + 1, end);
    m.at = at;
    at = past_value(at, end);
    if (at == nullptr) return false;
    m.size = static_cast<std::size_t>(at - m.at);
    each(m);
    at = past_space(at, end);
    if (at == end) return false;
    if (*at == '}') return past_space(at + 1, end) == end;
    if (*at != ',') return false;
    at = past_space(at + 1, end);
  }
}

}  // namespace gdlc
