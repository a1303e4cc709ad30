// The project's Markdown pages as the tests see them: fenced blocks, and what hidden comments say of them.
//
// A comment on its own lines before a block, which no reader sees, may say:
//   <!-- prelude NAME        what follows up to the closing line is the text of the prelude NAME
//   <!-- with NAME -->       the block is a fragment: the prelude stands before it
//   <!-- shows GDLnnnn -->   the block has exactly these findings (repeat the code for two of a kind)
//   <!-- file NAME -->       the block is the file NAME of the page's folder; sessions find it there
//   <!-- part -->            the block is a part of a guideline and not checked by itself
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace gdl::test {

/// A fenced block of a page. The closing fence has as many backticks as the opening one, so that a block may
/// hold shorter fences.
struct Block {
  std::string language;            ///< the word after the fence
  std::size_t line = 0;            ///< of the opening fence, from 1
  std::string text;                ///< its lines, each with its line break
  std::size_t begin = 0;           ///< where `text` stands in the page
  std::string prelude;             ///< text to be put before it; empty: none
  std::vector<std::string> shows;  ///< codes of the findings it is to have
  std::string file;                ///< its name as a file; empty: none
  bool part = false;
};

/// A page of the documentation.
struct Page {
  std::string path;  ///< absolute
  std::string name;  ///< from the project's folder: "docs/language.md"
  std::string text;
  std::string prose;  ///< its text without blocks and comments
  std::vector<Block> blocks;
  std::string mistake;  ///< what is wrong with its fences or comments; empty: nothing
};

/// README.md and docs/*.md, in order of their names.
std::vector<Page> pages();
/// One page by its name.
Page page(const std::string& name);

}  // namespace gdl::test
