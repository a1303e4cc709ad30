// The text of a file of rows, in pieces, and where a row of CSV ends and what its fields are.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace gdlc {

/// Bytes behind any text that may be read, whatever is in them.
inline constexpr std::size_t kPad = 64;

/// A window on the input. Invariant: begin()..end() is text that has not been used up, followed by kPad bytes.
class Input {
 public:
  ~Input();
  Input() = default;
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;
  /// "-" is the standard input.
  bool open(const std::string& path);
  /// All of it is this text.
  void hold(const std::string& text);
  /// Gives back what is before `from` and reads on, until the window has `most` bytes or the input ends. False if that
  /// failed.
  bool fill(const char* from, std::size_t most);
  [[nodiscard]] const char* begin() const { return buffer_.data() + begin_; }
  [[nodiscard]] const char* end() const { return buffer_.data() + end_; }
  [[nodiscard]] bool all() const { return all_; }               ///< nothing comes behind end()
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }  ///< read
  [[nodiscard]] std::uint64_t size() const { return size_; }    ///< of the whole, 0: not known
  [[nodiscard]] const std::string& error() const { return error_; }

 private:
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t bytes_ = 0, size_ = 0;
  int fd_ = -1;
  bool all_ = false;
  std::string error_;
};

/// Finds the bytes that mean something in CSV, 64 bytes at a time.
class Marks {
 public:
  explicit Marks(char delimiter) : delimiter_(delimiter) {}
  /// For text that may lie where other text lay before.
  void forget() { base_ = nullptr; }
  /// The first delimiter, quote or line feed from `from` on; `end` if there is none.
  const char* next(const char* from, const char* end) {
    if (base_ != nullptr && from >= base_ && from < base_ + kPad) {
      auto skip = static_cast<unsigned>(from - base_);
      if (std::uint64_t left = mask_ >> skip << skip; left != 0) return found(left, end);
      from = base_ + kPad;
    }
    for (; from < end; from += kPad) {
      base_ = from;
      mask_ = mask_of(from);
      if (mask_ != 0) return found(mask_, end);
    }
    return end;
  }

 private:
  [[nodiscard]] const char* found(std::uint64_t mask, const char* end) const {
    const char* at = base_ + __builtin_ctzll(mask);
    return at < end ? at : end;
  }
  [[nodiscard]] std::uint64_t mask_of(const char* at) const {
    std::uint64_t out = 0;
#ifdef __SSE2__
    const __m128i comma = _mm_set1_epi8(delimiter_);
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i line = _mm_set1_epi8('\n');
    for (std::size_t i = 0; i < 4; ++i) {
      __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + 16 * i));
      __m128i any = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, comma), _mm_cmpeq_epi8(v, quote)),
                                 _mm_cmpeq_epi8(v, line));
      out |= static_cast<std::uint64_t>(static_cast<unsigned>(_mm_movemask_epi8(any))) << 16 * i;
    }
#else
    for (unsigned i = 0; i < kPad; ++i) {
      bool any = at[i] == delimiter_ || at[i] == '"' || at[i] == '\n';
      out |= static_cast<std::uint64_t>(any) << i;
    }
#endif
    return out;
  }

  char delimiter_;
  const char* base_ = nullptr;
  std::uint64_t mask_ = 0;
};

/// A field as it stands in the text, without its quotes; `doubled`: quotes in it stand twice.
struct Field {
  const char* at = nullptr;
  std::size_t size = 0;
  bool doubled = false;
};
std::string unquoted(const Field& field);

/// What a row of CSV came to.
struct Shape {
  std::size_t fields = 0;
  std::uint64_t lines = 0;  ///< line feeds in it, with the one that ends it
  bool stray = false;       ///< a quote, or text beside quotes, where none may be
  bool unclosed = false;    ///< the text ends inside quotes
};

/// Reads the row at `at` by RFC 4180; lines end in LF or CRLF. Gives where the next one begins, or null if the text ends
/// first and more is to come (`all` false): then what `field` was told is void. `field(i, Field)` gets each field.
template <class Each>
const char* read_row(Marks& marks, const char* at, const char* end, bool all, char delimiter,
                     Shape& shape, Each&& field) {
  shape = Shape();
  while (true) {
    Field f{at, 0, false};
    const char* stop = nullptr;
    if (at < end && *at == '"') {
      f.at = ++at;
      while (true) {
        auto* quote =
            static_cast<const char*>(std::memchr(at, '"', static_cast<std::size_t>(end - at)));
        const char* to = quote == nullptr ? end : quote;
        for (const char* p = at; p < to; ++p) shape.lines += *p == '\n' ? 1 : 0;
        if (quote == nullptr) {
          if (!all) return nullptr;
          shape.unclosed = true;
          f.size = static_cast<std::size_t>(end - f.at);
          stop = end;
          break;
        }
        at = quote + 1;
        if (at == end && !all) return nullptr;
        if (at < end && *at == '"') {
          f.doubled = true;
          ++at;
          continue;
        }
        f.size = static_cast<std::size_t>(quote - f.at);
        break;
      }
      if (stop == nullptr) {
        stop = at;
        if (at < end && *at == '\r' && at + 1 == end && !all) return nullptr;
        bool carriage = at < end && *at == '\r' && (at + 1 == end || at[1] == '\n');
        if (carriage) stop = at + 1;
        if (stop < end && *stop != delimiter && *stop != '\n') {
          shape.stray = true;
          stop = marks.next(at, end);
          while (stop < end && *stop == '"') stop = marks.next(stop + 1, end);
        }
      }
    } else {
      stop = marks.next(at, end);
      while (stop < end && *stop == '"') {
        shape.stray = true;
        stop = marks.next(stop + 1, end);
      }
      const char* last = stop;
      if ((stop == end || *stop == '\n') && last > at && last[-1] == '\r') --last;
      f.size = static_cast<std::size_t>(last - at);
    }
    if (stop == end && !all) return nullptr;
    field(shape.fields++, f);
    if (stop == end) return end;
    at = stop + 1;
    if (*stop == '\n') {
      ++shape.lines;
      return at;
    }
  }
}

}  // namespace gdlc
