// See system.h: Linux, and whatever else has POSIX.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <string_view>

#include "system.h"

namespace gdlc::os {

namespace {

// A signal handler can tell the program only by a global.
// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables)
volatile std::sig_atomic_t came = 0;

constexpr unsigned kAgain = 1;  // seconds

/// A signal that comes after the mark was looked at and before a read or write waits would not wake it: from the first one on
/// an alarm breaks all waiting, again and again.
void on_signal(int number) {
  if (number != SIGALRM) came = number;
  (void)::alarm(kAgain);
}

/// The locale's characters are UTF-8.
bool utf8() {
  std::string_view locale;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (locale.empty() && value != nullptr) locale = value;
  }
  std::string plain;
  for (char c : locale) {
    if (c != '-') plain += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain.find("utf8") != std::string::npos;
}

FileState state_of(const struct stat& st) {
  return {S_ISREG(st.st_mode), static_cast<std::uint64_t>(st.st_size)};
}

}  // namespace

void begin() {
  // Who starts us with a standard stream closed is not to find a file of ours in its place: reading and writing there fail
  // as they did. What is opened gets the first number that is free.
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (::fcntl(fd, F_GETFD) < 0 &&
        ::open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) {
      break;
    }
  }
}

unsigned long process_number() { return static_cast<unsigned long>(::getpid()); }

std::string path_said(std::string path) { return path; }

void watch_signals() {
  struct sigaction action{};
  action.sa_handler = on_signal;  // no SA_RESTART: a read or write that waits is to come back
  sigemptyset(&action.sa_mask);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before{};
    // One that is ignored, as by nohup, stays so.
    if (::sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN) continue;
    ::sigaction(number, &action, nullptr);
  }
  ::sigaction(SIGALRM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file too large is an error of the write
}

int interrupted() { return came; }

void die_of_signal() {
  int number = came;
  if (number == 0) return;
  std::signal(number, SIG_DFL);
  ::raise(number);
}

bool is_terminal(int descriptor) { return ::isatty(descriptor) != 0; }

std::optional<Terminal> terminal(int descriptor) {
  if (!is_terminal(descriptor)) return std::nullopt;
  Terminal out{true, utf8(), 0};
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) out.width = size.ws_col;
  return out;
}

std::optional<FileState> state(int descriptor) {
  struct stat st{};
  if (::fstat(descriptor, &st) != 0) return std::nullopt;
  return state_of(st);
}

std::optional<FileState> state(const std::string& path) {
  struct stat st{};
  if (::stat(path.c_str(), &st) != 0) return std::nullopt;
  return state_of(st);
}

bool leads_nowhere(const std::string& path) {
  struct stat st{};
  return ::stat(path.c_str(), &st) != 0 && ::lstat(path.c_str(), &st) == 0;
}

std::string behind_links(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  std::string out = real == nullptr ? path : real;
  std::free(real);
  return out;
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat one{};
  struct stat two{};
  return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &two) == 0 && one.st_dev == two.st_dev &&
         one.st_ino == two.st_ino;
}

bool discards(const std::string& path) { return path == "/dev/null"; }

int open_input(const std::string& path) {
  int fd = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat st{};
  if (fd < 0 || ::fstat(fd, &st) != 0 || !S_ISDIR(st.st_mode)) return fd;
  if (fd != 0) ::close(fd);
  errno = EISDIR;
  return -1;
}

std::string input_error() { return errno == EISDIR ? "is a folder" : std::strerror(errno); }

int open_output(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CLOEXEC); }

int make_file(const std::string& path) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
}

int open_to_append(const std::string& path) {
  constexpr int kHow = O_CREAT | O_APPEND | O_CLOEXEC;
  int fd = ::open(path.c_str(), O_RDWR | kHow, 0666);
  return fd < 0 ? ::open(path.c_str(), O_WRONLY | kHow, 0666) : fd;
}

bool close(int descriptor) { return ::close(descriptor) == 0; }

std::ptrdiff_t read(int descriptor, char* to, std::size_t most) {
  return ::read(descriptor, to, most);
}

std::ptrdiff_t write(int descriptor, const char* from, std::size_t size) {
  return ::write(descriptor, from, size);
}

bool sync(int descriptor) { return ::fsync(descriptor) == 0 || errno == EINVAL || errno == EROFS; }

bool lock(int descriptor) { return ::flock(descriptor, LOCK_EX) == 0; }

std::optional<char> last_byte(int descriptor, std::uint64_t size) {
  char last = 0;
  if (size == 0 || ::pread(descriptor, &last, 1, static_cast<off_t>(size - 1)) != 1) {
    return std::nullopt;
  }
  return last;
}

bool cut(int descriptor, std::uint64_t size) {
  return ::ftruncate(descriptor, static_cast<off_t>(size)) == 0;
}

void permit_as(int descriptor, const std::string& like) {
  struct stat st{};
  if (::stat(like.c_str(), &st) == 0) (void)::fchmod(descriptor, st.st_mode & 07777u);
}

bool rename(const std::string& from, const std::string& to) {
  return std::rename(from.c_str(), to.c_str()) == 0;
}

bool rename_folder(const std::string& from, const std::string& to) { return rename(from, to); }

bool keep(const std::string& path, const std::string& kept) {
  return ::link(path.c_str(), kept.c_str()) == 0 || (errno != ENOENT && rename(path, kept));
}

void remove(const std::string& path) { (void)::unlink(path.c_str()); }

void sync_name(const std::string& path) {
  std::size_t slash = path.rfind('/');
  std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  (void)::fsync(fd);
  ::close(fd);
}

bool make_folder(const std::string& path) { return ::mkdir(path.c_str(), 0777) == 0; }

}  // namespace gdlc::os
