// See whole_file.h.
#include "whole_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "signals.h"

namespace gdlc {

namespace {

constexpr unsigned kLeft = 1000;  // temporary files left behind that are passed over

}  // namespace

WholeFile::~WholeFile() { abandon(); }

void WholeFile::abandon() {
  if (fd_ > 1) ::close(fd_);
  fd_ = -1;
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

void WholeFile::fail(int number) {
  if (!failed()) error_ = interrupted() != 0 ? "interrupted" : std::strerror(number);
}

bool WholeFile::open(const std::string& path) {
  path_ = place_ = path;
  buffer_.resize(kBuffer);
  if (path == "-") {
    fd_ = 1;
    straight_ = true;
    return true;
  }
  struct stat st{};
  bool there = ::stat(path.c_str(), &st) == 0;
  if (there && !S_ISREG(st.st_mode)) {
    fd_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd_ < 0) fail(errno);
    straight_ = fd_ >= 0;
    return straight_;
  }
  if (!there && ::lstat(path.c_str(), &st) == 0) {
    error_ = "it is a link that leads nowhere";
    return false;
  }
  if (there) {  // the file that a link leads to is replaced, not the link
    if (char* real = ::realpath(path.c_str(), nullptr)) {
      place_ = real;
      std::free(real);
    }
  }
  // A process of our number may have left one behind when it was killed.
  const std::string name = place_ + ".tmp." + std::to_string(::getpid());
  for (unsigned again = 0; fd_ < 0; ++again) {
    temporary_ = again == 0 ? name : fmt::format("{}.{}", name, again);
    fd_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd_ >= 0 || (errno == EEXIST && again < kLeft)) continue;
    error_ = fmt::format("no file can be made in its folder: {}", std::strerror(errno));
    temporary_.clear();  // not ours
    return false;
  }
  if (there)
    (void)::fchmod(fd_, st.st_mode & 07777u);  // who may read patients' rows stays as it was
  return true;
}

void WholeFile::put(const char* text, std::size_t size) {
  while (size > 0 && !failed()) {
    ssize_t n = ::write(fd_, text, size);
    if (n < 0 && errno == EINTR && interrupted() == 0) continue;
    if (n <= 0) {
      fail(n < 0 ? errno : EIO);
      return;
    }
    text += n;
    size -= static_cast<std::size_t>(n);
    if (size > 0 && interrupted() != 0) fail(EINTR);
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
  // What is no file of a disk cannot be synced, and need not be.
  if (!failed() && ::fsync(fd_) != 0 && errno != EINVAL && errno != EROFS) fail(errno);
  if (fd_ > 1 && ::close(fd_) != 0) fail(errno);
  fd_ = -1;
  if (failed()) abandon();
  return !failed();
}

void WholeFile::keep_old() {
  kept_ = temporary_ + ".old";
  if (::link(place_.c_str(), kept_.c_str()) == 0) return;
  // Some file systems have no links.
  if (errno != ENOENT && ::rename(place_.c_str(), kept_.c_str()) == 0) return;
  if (errno != ENOENT) fail(errno);
  kept_.clear();
}

bool WholeFile::take_place(bool keep) {
  if (straight_) return true;
  if (keep) keep_old();
  if (!failed() && ::rename(temporary_.c_str(), place_.c_str()) != 0) fail(errno);
  if (failed()) return false;
  temporary_.clear();
  placed_ = true;
  return true;
}

void WholeFile::give_back() {
  if (!kept_.empty()) {
    if (::rename(kept_.c_str(), place_.c_str()) != 0) {
      error_ += fmt::format("; what stood there is now in `{}`", kept_);
    } else {
      ::unlink(kept_.c_str());  // still there if both were links to one file
    }
    kept_.clear();
  } else if (placed_) {
    ::unlink(place_.c_str());
  }
  placed_ = false;
}

void WholeFile::settle() {
  if (!placed_) return;
  if (!kept_.empty()) ::unlink(kept_.c_str());
  kept_.clear();
  // The name is on the disk when its folder is.
  std::size_t slash = place_.rfind('/');
  std::string folder = slash == std::string::npos ? "." : place_.substr(0, slash + 1);
  int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    (void)::fsync(fd);
    ::close(fd);
  }
}

bool WholeFile::publish(std::initializer_list<WholeFile*> files) {
  for (WholeFile* f : files) {
    if (interrupted() != 0) f->fail(EINTR);
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

bool same_file(const std::string& a, const std::string& b) {
  struct stat one{};
  struct stat two{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &two) == 0 && one.st_dev == two.st_dev &&
         one.st_ino == two.st_ino;
}

}  // namespace gdlc
