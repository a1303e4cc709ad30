// A text with every form that the grammar has. It means nothing: only the syntax is right.
#pragma once

#include <string_view>

namespace gdl::test {

inline constexpr std::string_view kConstructs = R"gdl(# Every form of the grammar.

guideline all_forms "All forms: \"quoted\", Größe, 中文"
  language 1
  version 1.0.0
  status draft
  updated 2025-10-18
  audience clinician, patient
  disclaimer "None."
  policy "https://example.org/policy"
  grading own
grading own strength must > may evidence good > fair > poor
grading other evidence A > B


import "library.gdl" as lib
import "plain.gdl"
include "part.gdl"

reference 1
reference smith "Title" publisher "Here" year 2025 url "https://example.org"

fact stage "Stage" : I | II "two" code snomed "2" | III
fact line : first | second | none | rule | when_given   # keywords as values
fact order "Order" : low < middle < high default low
fact ps "PS" : 0..4 code loinc "89247-1" say patient "How active are you?"
fact age : 18..120 years default 50 years
fact waiting : 0..12 months
fact pdl1 : 0.0..100.0 %
fact anc : -1.5..5e1 '10*9/L'
fact pregnant : yes | no default no
fact sites : set of brain | bone "Bone" | lung default {brain, bone}

define elderly "Elderly" when age >= 70 years
define driver = first "F" when line = first | second when line = second | none otherwise
score risk "Risk" 1 point when elderly 2 points when ps >= 3 -1 points when pregnant plus lib.risk
bands size "Size" of bmi 'kg/m2': under < 18.5 <= normal "N" < 25.0 'kg/m2' <= over
bands plain of ps: low <= 1 < high
impossible when pregnant and age > 60 years because "not seen"
impossible when line = none

action a "A" code atc "L01" say clinician "de-CH" "Text" say patient "Text"
action b with dose: full | reduced, cycles: 1..6, days: 3 weeks
action c = a | b
action d "D" = a + (b | lib.c) + (a + b) with cycles: 1
exclusive a alone, b with dose: full, cycles: 2..3
exclusive a + b, c because "reason"

decision main "Main" for stage = I and line != first choose one say patient "Which?"
decision second choose first partial
decision third do all
decision fourth choose any for not elderly

rule one "One"
  when stage = I or not (line = second) and 18.5 <= bmi < 25
  unless at least 2 of (elderly, pregnant, ps > 1) or at most 1 of (elderly)
  recommend a alone with dose: full, cycles: 1..2
  consider b | c
  caution a + b
  avoid (a | b) + c
  contraindicate a
  prefer a over b
  no recommendation because "none"
  overrides two, main.three
  overrides all
  strength must evidence good
  cite 1, smith, lib.3, lib.jones at "page 3"
  because "so"
  note "first" note "second"
  say patient "Text" say clinician "de-CH" "Text"
rule main.two recommend a
rule three unless pregnant recommend a
when exactly 1 of (elderly, not pregnant) recommend b
safety rule careful "Careful" when anc < 500 '/uL' or count(sites) <= 1 contraindicate a

accept gap in main when x in 0..2 because "so"
accept stranded in main because "so"
accept overlap in main between one and main.two when x in 65..<75 years because "so"
accept conflict in main between one and two
accept exclusive in main
accept parameter in main when x in {a, b} and sites includes brain and sites = {bone} and sites != {}

remark "Nothing" cite 1 cite smith at "here"
remark "Nothing at all"

scenario "All"
  given stage = I, not pregnant, x is known, y is unknown, (ps = 1), 5 % < pdl1
  expect one expect possible main.two expect not three
  expect recommend a expect not consider b | c expect avoid a alone expect contraindicate b
  expect possible recommend a with dose: full
  expect ask pdl1 expect gap in main expect stranded in main expect input error
  expect not gap in main expect possible gap in main expect not stranded in main
  expect possible stranded in main expect possible gap.one expect not stranded
  expect lib.one
scenario "Nothing is known" expect possible one
# the end
)gdl";

}  // namespace gdl::test
