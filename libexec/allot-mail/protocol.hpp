#pragma once

#include <iosfwd>

namespace allot::mail {

/// Answers requests, a line of JSON each, with a line each until there are no more; the exit status of the program.
///
///     {"transport":T,"starttls":"required|offered|never","user":U,"password":P,"timeout":SECONDS}   the first line
///       {"ready":true}                 T, U and P may be null; without T letters are composed and nothing is delivered
///     {"compose":{"from":{"name":N,"address":A},"to":{...},"subject":S,"text":B,"html":H,"message_id":"<I>","time":U}}
///       {"message":M}                  H may be null
///     {"deliver":{"from":A,"to":A,"message":M}}
///       {"result":"delivered|deferred|refused|unknown","code":C,"answer":W}
///
/// A request whose values cannot be is answered {"unfit":W} and the next one is read. Settings that cannot be and a
/// line that is no request are answered {"error":W} and end the program with 2, a fault of its own likewise with 70.
int serve(std::istream& in, std::ostream& out);

}  // namespace allot::mail
