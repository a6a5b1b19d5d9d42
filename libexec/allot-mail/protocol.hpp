#pragma once

#include <iosfwd>

namespace allot::mail {

/// Answers each request, a line of JSON, with a line of JSON, until the input ends. Returns the exit status.
///
///     {"transport":T,"starttls":"required|offered|never","user":U,"password":P,"timeout":SECONDS}   the first line
///       {"ready":true}                 T, U and P may be null; without T mails are composed, but not delivered
///     {"compose":{"from":{"name":N,"address":A},"to":{...},"subject":S,"text":B,"html":H,"message_id":"<I>","time":U}}
///       {"message":M}                  H may be null
///     {"deliver":{"from":A,"to":A,"message":M}}
///       {"result":"delivered|deferred|refused|unknown","code":C,"answer":W}
///
/// A request with invalid values is answered {"unfit":W} and the next request is read. Invalid settings and a line
/// that is not a request are answered {"error":W} and end the program with status 2; an internal error likewise with
/// status 70.
int serve(std::istream& in, std::ostream& out);

}  // namespace allot::mail
