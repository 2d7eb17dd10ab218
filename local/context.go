package local

import "context"

// contextKey is the key of a context's Subject. Its type is not exported, so no
// other package can have the same key.
type contextKey struct{}

// NewContext returns a copy of ctx that carries the subject, usually the one of
// the request that ctx belongs to. It replaces a subject that ctx carries
// already. A nil subject is allowed.
func NewContext(ctx context.Context, subject *Subject) context.Context {
	return context.WithValue(ctx, contextKey{}, subject)
}

// FromContext returns the subject that ctx carries, and whether it carries one.
// Without one the subject is nil, which is safe to use: Variant returns false
// and Evaluate returns an error. So a handler that treats every flag as off
// then need not look at the second result.
func FromContext(ctx context.Context) (*Subject, bool) {
	subject, _ := ctx.Value(contextKey{}).(*Subject)
	return subject, subject != nil
}
