// Text going out: see out.h.
#include "out.h"

#include "utf8.h"

namespace gdlrt {

namespace {
constexpr const char* kHex = "0123456789abcdef";

/// Less than eight characters.
inline void copy_few(char* to, const char* text, size_t size) {
  if ((size & 4) != 0) memcpy(to, text, 4), to += 4, text += 4;
  if ((size & 2) != 0) memcpy(to, text, 2), to += 2, text += 2;
  if ((size & 1) != 0) *to = *text;
}

/// Copies a text that needs no escaping, while it is looked at. False if it does: then some of it may be copied.
inline bool copy_plain(char* to, const char* text, size_t size) {
  if (size < 8) {
    char eight[8] = {'a', 'a', 'a', 'a', 'a', 'a', 'a', 'a'};
    copy_few(eight, text, size);
    copy_few(to, text, size);
    return escapes_in_eight(eight) == 0;
  }
  uint64_t told = 0;
  for (size_t i = 0, last = size - 8; told == 0; i = i + 8 < last ? i + 8 : last) {
    memcpy(to + i, text + i, 8);  // the last eight are some of those before once more
    told = escapes_in_eight(text + i);
    if (i == last) break;
  }
  return told == 0;
}
}  // namespace

Out& Out::put(const char* text, size_t size) {
  if (size > sizeof buffer_ - used_) return put_in_pieces(text, size);
  char* to = buffer_ + used_;
  used_ += size;
  if (size > 64) {
    memcpy(to, text, size);
  } else if (size >= 8) {  // most are short: the last eight may be some of those before again
    for (size_t i = 0; i < size - 8; i += 8) memcpy(to + i, text + i, 8);
    memcpy(to + size - 8, text + size - 8, 8);
  } else {
    copy_few(to, text, size);
  }
  return *this;
}

Out& Out::put_in_pieces(const char* text, size_t size) {
  while (size > 0) {
    if (used_ == sizeof buffer_) flush();
    size_t n = sizeof buffer_ - used_ < size ? sizeof buffer_ - used_ : size;
    memcpy(buffer_ + used_, text, n);
    used_ += n;
    text += n;
    size -= n;
  }
  return *this;
}

Out& Out::operator<<(uint64_t v) {
  char digits[20];
  size_t n = 0;
  do {
    digits[sizeof digits - ++n] = static_cast<char>('0' + v % 10);
    v /= 10;
  } while (v != 0);
  return put(digits + sizeof digits - n, n);
}

Out& Out::operator<<(int64_t v) {
  if (v >= 0) return *this << static_cast<uint64_t>(v);
  return *this << '-' << (~static_cast<uint64_t>(v) + 1);
}

Out& Out::hex(const uint8_t* bytes, size_t size) {
  for (size_t i = 0; i < size; ++i) *this << kHex[bytes[i] >> 4] << kHex[bytes[i] & 15];
  return *this;
}

Out& Out::quoted(const char* text, size_t size) {
  // Most texts need nothing.
  bool fits = size <= sizeof buffer_ - 2;
  if (fits && size + 2 > sizeof buffer_ - used_) flush();
  if (fits && copy_plain(buffer_ + used_ + 1, text, size)) {
    buffer_[used_] = buffer_[used_ + 1 + size] = '"';
    used_ += size + 2;
    return *this;
  }
  return (*this << '"').escaped(text, size) << '"';
}

Out& Out::escaped(const char* text, size_t size) {
  size_t plain = 0;  // where the characters begin that need nothing
  for (size_t i = 0; i < size; ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    put(text + plain, i - plain);
    plain = i + 1;
    if (c < 0x20) {
      *this << "\\u00" << kHex[c >> 4] << kHex[c & 15];
    } else {
      *this << '\\' << text[i];
    }
  }
  return put(text + plain, size - plain);
}

Out& Out::quoted(const char* text) { return stopped_ ? *this : quoted(text, strlen(text)); }

bool Out::flush() {
  if (!stopped_) {
    stopped_ = too_long_ = used_ > left_;
    left_ -= used_;
  }
  if (used_ > 0 && !stopped_ && write_ != nullptr) stopped_ = write_(context_, buffer_, used_) != 0;
  used_ = 0;
  return !stopped_;
}

}  // namespace gdlrt
