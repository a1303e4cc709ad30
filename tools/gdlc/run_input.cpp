// See run_input.h.
#include "run_input.h"

#include <cerrno>

#include "system.h"

namespace gdlc {

Input::~Input() {
  if (fd_ > 0) os::close(fd_);
}

bool Input::open(const std::string& path) {
  fd_ = os::open_input(path);
  if (fd_ < 0) {
    error_ = os::input_error();
    return false;
  }
  if (const auto state = os::state(fd_); state.has_value() && state->regular) size_ = state->size;
  buffer_.resize(kPad);
  return true;
}

void Input::hold(const std::string& text) {
  buffer_.assign(text.begin(), text.end());
  buffer_.resize(text.size() + kPad);
  end_ = bytes_ = size_ = text.size();
  all_ = true;
}

bool Input::fill(const char* from, std::size_t most) {
  std::size_t first = from == nullptr ? begin_ : static_cast<std::size_t>(from - buffer_.data());
  std::size_t left = end_ - first;
  if (left > 0) std::memmove(buffer_.data(), buffer_.data() + first, left);
  begin_ = 0;
  end_ = left;
  if (buffer_.size() < most + kPad) buffer_.resize(most + kPad);
  while (!all_ && end_ < most) {
    std::ptrdiff_t n = os::read(fd_, buffer_.data() + end_, most - end_);
    if (os::interrupted() != 0) {
      error_ = "interrupted";
      return false;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error_ = os::input_error();
      return false;
    }
    if (n == 0) all_ = true;
    end_ += static_cast<std::size_t>(n);
    bytes_ += static_cast<std::uint64_t>(n);
  }
  return true;
}

std::string unquoted(const Field& field) {
  std::string out;
  out.reserve(field.size);
  for (std::size_t i = 0; i < field.size; ++i) {
    out += field.at[i];
    if (field.doubled && field.at[i] == '"') ++i;
  }
  return out;
}

}  // namespace gdlc
