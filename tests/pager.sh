#!/bin/sh
# moonlab doc on a real terminal: colours, the pager.  sh tests/pager.sh [BUILD].  Ends with "N passed, N failed, N skipped".
what="pages of the manual on a terminal"
. tests/tools/screen.sh
screen() { $tmux capture-pane -e -p | tr '\033' '^'; } # with its colours

type_line 'unset NO_COLOR PAGER LESS; cd; clear'
type_line "alias doc='$moonlab doc'; clear"
type_line 'doc :quit'
see "a short page is shown at once, with bold headings" '*^?1m:quit*^?1mExample*|[#$]*'
type_line 'clear; doc lab.cross_entropy'
see "a long page stops at the end of the screen" '*lab.cross_entropy*|:*'
$tmux send-keys G
see "and the pager shows its end" '*See also*(END)*'
$tmux send-keys q
see "which is left with q" '*|[#$]*'
type_line "clear; PAGER='grep -c target' $moonlab doc lab.cross_entropy"
see "the user's own pager is taken" '*[1-9]*|[#$]*'
type_line 'clear; PAGER=cat doc lab.cross_entropy; echo told'
see "PAGER=cat shows all at once" '*See also*|told|*'
type_line "clear; PAGER=/nowhere/pager $moonlab doc lab.cross_entropy; echo told"
see "a pager that is not there is done without" '*See also*|told|*'
type_line "clear; NO_COLOR=1 $moonlab doc :quit | od -c | grep -c 033"
see "NO_COLOR and pipes are plain" '*0|[#$]*'
type_line "clear; $moonlab doc :quit | od -c | grep -c 033"
see "a pipe is plain" '*0|[#$]*'
type_line "clear; NO_COLOR=1 $moonlab doc :quit"
see "without colours the words are the same" '*:quit||  Ends the session*|Example|  :quit*'

report
