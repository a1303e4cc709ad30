// Files for the command line: see files.h.
#include "files.h"

#include <cerrno>
#include <cstring>

#include "support/limits.h"
#include "system.h"
#include "whole_file.h"

namespace gdlc {

namespace {

/// False, with errno, if not all could be written; `done`: so many bytes were.
bool write_all(int fd, const std::string& bytes, std::size_t& done) {
  while (done < bytes.size()) {
    std::ptrdiff_t n = os::write(fd, bytes.data() + done, bytes.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    done += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, std::string& error) {
  int fd = os::open_input(path);
  if (fd < 0) {
    error = os::input_error();
    return std::nullopt;
  }
  std::string out;
  char buffer[65536];
  while (true) {
    std::ptrdiff_t n = os::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      error = os::input_error();
      if (fd != 0) os::close(fd);
      return std::nullopt;
    }
    if (n == 0) break;
    out.append(buffer, static_cast<std::size_t>(n));
    // One byte over the limit is enough for the compiler to refuse; an endless pipe must not fill
    // memory.
    if (out.size() > static_cast<std::size_t>(gdl::limits::source_bytes)) break;
  }
  if (fd != 0) os::close(fd);
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
  int fd = os::open_to_append(path);
  bool ok = fd >= 0 && os::lock(fd);
  const std::optional<os::FileState> before = ok ? os::state(fd) : std::nullopt;
  ok = before.has_value();
  // Behind a line that somebody left unfinished ours would be lost with it.
  const bool unfinished = ok && os::last_byte(fd, before->size).value_or('\n') != '\n';
  std::size_t done = 0;
  ok = ok && write_all(fd, unfinished ? "\n" + line : line, done);
  int failed = errno;
  // No half a line stays. (A pipe has no size to go back to.)
  if (!ok && done > 0 && !os::cut(fd, before->size)) failed = errno;
  if (fd >= 0) ok = os::close(fd) && ok;  // and with it the lock
  if (!ok) error = std::strerror(failed);
  return ok;
}

}  // namespace gdlc
