// Files for the command line: see files.h.
#include "files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "support/limits.h"
#include "whole_file.h"

namespace gdlc {

namespace {

/// False, with errno, if not all could be written; `done`: so many bytes were.
bool write_all(int fd, const std::string& bytes, std::size_t& done) {
  while (done < bytes.size()) {
    ssize_t n = ::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::string& error) {
  int fd = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    error = std::strerror(errno);
    return std::nullopt;
  }
  struct stat st{};
  if (::fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
    error = "is a folder";
    if (fd != 0) ::close(fd);
    return std::nullopt;
  }
  std::string out;
  char buffer[65536];
  while (true) {
    ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error = std::strerror(errno);
      if (fd != 0) ::close(fd);
      return std::nullopt;
    }
    if (n == 0) break;
    out.append(buffer, static_cast<std::size_t>(n));
    // One byte over the limit is enough for the compiler to refuse; an endless pipe must not fill
    // memory.
    if (out.size() > static_cast<std::size_t>(gdl::limits::source_bytes)) break;
  }
  if (fd != 0) ::close(fd);
  return out;
}

bool write_file(const std::string& path, const std::string& bytes, std::string& error) {
  WholeFile file;
  if (file.open(path)) file.write(bytes);
  if (!file.failed() && file.finish() && WholeFile::publish({&file})) return true;
  error = file.error();
  return false;
}

bool append_line(const std::string& path, const std::string& line, std::string& error) {
  constexpr int kHow = O_CREAT | O_APPEND | O_CLOEXEC;
  int fd = ::open(path.c_str(), O_RDWR | kHow, 0666);
  if (fd < 0) fd = ::open(path.c_str(), O_WRONLY | kHow, 0666);  // it may not be for us to read
  struct stat before{};
  bool ok = fd >= 0 && ::flock(fd, LOCK_EX) == 0 && ::fstat(fd, &before) == 0;
  // Behind a line that somebody left unfinished ours would be lost with it.
  char last = '\n';
  bool unfinished =
      ok && before.st_size > 0 && ::pread(fd, &last, 1, before.st_size - 1) == 1 && last != '\n';
  std::size_t done = 0;
  ok = ok && write_all(fd, unfinished ? "\n" + line : line, done);
  int failed = errno;
  // No half a line stays. (A pipe has no size to go back to.)
  if (!ok && done > 0 && ::ftruncate(fd, before.st_size) != 0) failed = errno;
  if (fd >= 0) ok = ::close(fd) == 0 && ok;  // and with it the lock
  if (!ok) error = std::strerror(failed);
  return ok;
}

}  // namespace gdlc
