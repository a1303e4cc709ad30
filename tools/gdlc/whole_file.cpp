// See whole_file.h.
#include "whole_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "system.h"

namespace gdlc {

namespace {

constexpr unsigned kLeft = 1000;  // temporary files left behind that are passed over

}  // namespace

WholeFile::~WholeFile() { abandon(); }

void WholeFile::abandon() {
  if (fd_ > 1) os::close(fd_);
  fd_ = -1;
  if (!temporary_.empty()) os::remove(temporary_);
  temporary_.clear();
}

void WholeFile::fail(int number) {
  if (!failed()) error_ = os::interrupted() != 0 ? "interrupted" : std::strerror(number);
}

bool WholeFile::open(const std::string& path) {
  path_ = place_ = path;
  buffer_.resize(kBuffer);
  if (path == "-") {
    fd_ = 1;
    straight_ = true;
    return true;
  }
  const std::optional<os::FileState> there = os::state(path);
  if (there.has_value() && !there->regular) {
    fd_ = os::open_output(path);
    if (fd_ < 0) fail(errno);
    straight_ = fd_ >= 0;
    return straight_;
  }
  if (!there.has_value() && os::leads_nowhere(path)) {
    error_ = "it is a link that leads nowhere";
    return false;
  }
  // The file that a link leads to is replaced, not the link.
  if (there.has_value()) place_ = os::behind_links(path);
  // A process of our number may have left one behind when it was killed.
  const std::string name = place_ + ".tmp." + std::to_string(os::process_number());
  for (unsigned again = 0; fd_ < 0; ++again) {
    temporary_ = again == 0 ? name : fmt::format("{}.{}", name, again);
    fd_ = os::make_file(temporary_);
    if (fd_ >= 0 || (errno == EEXIST && again < kLeft)) continue;
    error_ = fmt::format("no file can be made in its folder: {}", std::strerror(errno));
    temporary_.clear();  // not ours
    return false;
  }
  if (there.has_value()) os::permit_as(fd_, place_);  // who may read patients' rows stays as it was
  return true;
}

void WholeFile::put(const char* text, std::size_t size) {
  while (size > 0 && !failed()) {
    std::ptrdiff_t n = os::write(fd_, text, size);
    if (n < 0 && errno == EINTR && os::interrupted() == 0) continue;
    if (n <= 0) {
      fail(n < 0 ? errno : EIO);
      return;
    }
    text += n;
    size -= static_cast<std::size_t>(n);
    if (size > 0 && os::interrupted() != 0) fail(EINTR);
  }
}

void WholeFile::flush() {
  put(buffer_.data(), at_);
  at_ = 0;
}

void WholeFile::write(std::string_view text) {
  if (text.size() > kBuffer / 2) {
    flush();
    put(text.data(), text.size());
    return;
  }
  std::memcpy(room(text.size()), text.data(), text.size());
  used(text.size());
}

bool WholeFile::finish() {
  flush();
  if (!failed() && !os::sync(fd_)) fail(errno);
  if (fd_ > 1 && !os::close(fd_)) fail(errno);
  fd_ = -1;
  if (failed()) abandon();
  return !failed();
}

void WholeFile::keep_old() {
  kept_ = temporary_ + ".old";
  if (os::keep(place_, kept_)) return;
  if (errno != ENOENT) fail(errno);
  kept_.clear();
}

bool WholeFile::take_place(bool keep) {
  if (straight_) return true;
  if (keep) keep_old();
  if (!failed() && !os::rename(temporary_, place_)) fail(errno);
  if (failed()) return false;
  temporary_.clear();
  placed_ = true;
  return true;
}

void WholeFile::give_back() {
  if (!kept_.empty()) {
    if (!os::rename(kept_, place_)) {
      error_ += fmt::format("; what stood there is now in `{}`", kept_);
    } else {
      os::remove(kept_);  // still there if both were links to one file
    }
    kept_.clear();
  } else if (placed_) {
    os::remove(place_);
  }
  placed_ = false;
}

void WholeFile::settle() {
  if (!placed_) return;
  if (!kept_.empty()) os::remove(kept_);
  kept_.clear();
  os::sync_name(place_);
}

bool WholeFile::publish(std::initializer_list<WholeFile*> files) {
  for (WholeFile* f : files) {
    if (os::interrupted() != 0) f->fail(EINTR);
    if (f->failed()) return false;
  }
  bool all = true;
  for (WholeFile* const* f = files.begin(); all && f != files.end(); ++f) {
    all = (*f)->take_place(f + 1 != files.end());
  }
  for (WholeFile* f : files) {
    if (all) {
      f->settle();
    } else {
      f->give_back();
    }
  }
  return all;
}

}  // namespace gdlc
