// Reads the guideline's files: the main one, its includes and imports, depth first. See builder.h.
//
// They are parsed ahead, in waves: first the main file, then all that it names, and so on, those of one wave at the same time.
#include <fmt/core.h>

#include <algorithm>

#include "builder.h"
#include "support/parallel.h"

namespace gdl::sema {

using diag::Code;

namespace {

std::string folder_of(const std::string& path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

/// `path` without `.` and `..`; false if it is absolute or leaves its root. What means a place of its own on some system
/// (`C:x`, `\`) is refused on all.
bool clean(const std::string& path, std::string& out) {
  std::vector<std::string> parts;
  if (!path.empty() && path[0] == '/') return false;
  for (std::size_t i = 0; i <= path.size();) {
    std::size_t end = std::min(path.find('/', i), path.size());
    std::string part = path.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (parts.empty()) return false;
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  out.clear();
  for (const std::string& p : parts) out += (out.empty() ? "" : "/") + p;
  return !out.empty() && path.find_first_of(std::string_view("\\:\0", 3)) == std::string::npos;
}

/// The file that a declaration names, if it is an import or an include.
const syntax::Text* path_of(const syntax::Declaration& d) {
  if (const auto* i = std::get_if<syntax::Import>(&d)) return &i->path;
  if (const auto* n = std::get_if<syntax::Include>(&d)) return &n->path;
  return nullptr;
}

}  // namespace

Found& Builder::ask(const std::string& path) {
  auto [entry, fresh] = found_.try_emplace(path);
  Found& file = entry->second;
  if (fresh) {
    file.bytes = provider_(path);
    file.there = file.bytes.has_value();
  }
  return file;
}

Builder::Place Builder::locate(const std::string& folder, const std::string& path,
                               std::string& found) {
  // Inside the root, from the folder of the file that names it; then in the -I folders.
  std::string relative =
      folder.compare(0, root_.size(), root_) == 0 ? folder.substr(root_.size()) : std::string();
  std::string cleaned;
  if (!clean(relative + path, cleaned)) return Place::outside;
  found = root_ + cleaned;
  if (ask(found).there) return Place::found;
  for (const std::string& dir : options_.import_dirs) {
    std::string alone;
    if (!clean(path, alone)) continue;
    std::string candidate = dir + (dir.empty() || dir.back() == '/' ? "" : "/") + alone;
    if (ask(candidate).there) {
      found = candidate;
      return Place::found;
    }
  }
  return Place::missing;
}

bool Builder::located(const SourceUnit& unit, const syntax::Text& path, std::string& found) {
  switch (locate(unit.folder, path.value, found)) {
    case Place::found: return true;
    case Place::outside:
      report(Code::import_error, path.span,
             fmt::format("`{}` lies outside the guideline's folder", path.value))
          .help = "name a file in the folder of the guideline or below it; `-I DIR` adds folders";
      return false;
    case Place::missing: break;
  }
  report(Code::import_error, path.span, fmt::format("there is no file `{}`", path.value)).help =
      fmt::format("looked for `{}`", found);
  return false;
}

void Builder::read_ahead(const std::string& path) {
  struct Named {
    std::string path;
    Span from;
  };
  std::vector<Named> wave{{path, Span{}}};
  std::size_t files = 0;
  while (!wave.empty()) {
    std::vector<Found*> texts;
    std::vector<std::string> folders;
    for (const Named& named : wave) {
      Found& file = ask(named.path);
      if (!file.there || file.id.valid() || file.refused) continue;
      if (files == static_cast<std::size_t>(limits::files)) {
        file.refused = true;
        report(Code::too_many, named.from, fmt::format("more than {} files", limits::files));
        continue;
      }
      ++files;
      file.good =
          syntax::add_source(sources_, named.path, std::move(*file.bytes), file.sink, file.id);
      texts.push_back(&file);
      folders.push_back(folder_of(named.path));
    }
    // The longest first, so that no thread is left with it at the end.
    std::vector<Found*> longest = texts;
    auto size = [&](const Found* f) { return sources_.file(f->id).text.size(); };
    std::stable_sort(longest.begin(), longest.end(),
                     [&](const Found* a, const Found* b) { return size(a) > size(b); });
    in_parallel(
        longest.size(), options_.threads, [] { return std::make_unique<syntax::Reader>(); },
        [&](std::size_t i, syntax::Reader& reader) {
          Found& file = *longest[i];
          if (file.good) file.tree = reader.parse(sources_, file.id, file.sink);
          file.tree.source = file.id;
        });
    wave.clear();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      for (const syntax::Declaration& d : texts[i]->tree.declarations) {
        const syntax::Text* target = path_of(d);
        std::string found;
        if (target != nullptr && locate(folders[i], target->value, found) == Place::found) {
          wave.push_back({found, target->span});
        }
      }
    }
  }
}

bool Builder::read(const std::string& path, Span from, const std::string& qualifier, bool library,
                   std::size_t references) {
  Found& file = ask(path);
  if (!file.there) {
    report(Code::import_error, from, fmt::format("there is no file `{}`", path));
    return false;
  }
  if (file.refused) return false;
  auto unit = std::make_unique<SourceUnit>();
  unit->folder = folder_of(path);
  unit->qualifier = qualifier;
  unit->library = library;
  unit->references = references;
  unit->tree = std::move(file.tree);
  m_.sources.push_back(file.id);
  for (const diag::Diagnostic& d : file.sink.items()) sink_.add(d);
  std::size_t index = units_.size();
  units_.push_back(std::move(unit));
  read_[path] = qualifier;
  open_.push_back(path);

  for (const syntax::Declaration& d : units_[index]->tree.declarations) {
    const syntax::Text* target = path_of(d);
    if (target == nullptr) {
      items_.push_back({&d, index});
      continue;
    }
    const auto* import = std::get_if<syntax::Import>(&d);
    std::string inner = qualifier;
    if (import != nullptr && import->as.has_value()) inner += import->as->text + ".";
    std::string found;
    if (!located(*units_[index], *target, found)) continue;
    if (std::find(open_.begin(), open_.end(), found) != open_.end()) {
      report(Code::import_error, target->span,
             fmt::format("`{}` reads itself again", target->value))
          .help = "files may not import or include each other in a circle";
      continue;
    }
    if (auto it = read_.find(found); it != read_.end()) {
      // The same library under the same name is one library, however often it is imported.
      if (import != nullptr && it->second == inner) continue;
      report(Code::import_error, target->span,
             fmt::format("`{}` is read twice{}", target->value,
                         import != nullptr ? ", under different names" : ""));
      continue;
    }
    std::size_t table = references;
    if (import != nullptr) {
      table = references_.size();
      references_.emplace_back();
    }
    read(found, target->span, inner, library || import != nullptr, table);
  }
  open_.pop_back();
  return true;
}

void Builder::run(const std::string& path) {
  root_ = folder_of(path);
  references_.emplace_back();
  read_ahead(path);
  if (!read(path, Span{}, "", false, 0)) return;
  unread_ = sink_.has_errors();
  true_ = constant(true, Span{});
  false_ = constant(false, Span{});
  declare_names();
  check_header();
  definitions();
  actions();
  decisions_and_rules();
  rest();
  score_thresholds();
  if (!sink_.has_errors()) {
    unused();
    idle_bans();
  }
}

std::unique_ptr<Model> load(const std::string& path, const SourceProvider& provider,
                            const Options& options, SourceMap& sources, diag::Sink& sink) {
  auto model = std::make_unique<Model>();
  Builder(provider, options, sources, sink, *model).run(path);
  return model;
}

}  // namespace gdl::sema
