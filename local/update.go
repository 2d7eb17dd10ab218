package local

// Update is a change of the flags or cohorts in use.
type Update struct {
	// FlagKeys are the keys of the flags that changed, sorted: those whose
	// configs or cohorts changed, that were added or removed, and that depend
	// on such a flag. At the first load these are all flags.
	FlagKeys []string
}

// OnUpdate lets listener be called after each change of the flags or cohorts in
// use, until the function that it returns is called or the Client is closed. A
// call gets the changes since the one before it: changes that happen while the
// listener runs are joined to one Update.
//
// The calls are made in order, one at a time, on a goroutine of their own, so a
// listener can block neither the Client nor other listeners. It may call every
// method of the Client, also Close, which does not wait for it. A panic of the
// listener is logged as an error, and the next Update is delivered.
//
// The function that OnUpdate returns may be called more than once, from any
// goroutine. A call of the listener that has begun goes on.
func (c *Client) OnUpdate(listener func(Update)) (cancel func()) {
	if !c.initialized() || listener == nil {
		return func() {}
	}
	return c.updater.OnUpdate(func(flagKeys []string) { listener(Update{FlagKeys: flagKeys}) })
}

// Ready returns a channel that is closed as soon as there are flags to evaluate
// with: of the service, of the CacheFile or of the Bootstrap. Status tells
// which. The channel is the same at each call.
func (c *Client) Ready() <-chan struct{} {
	if !c.initialized() {
		return nil
	}
	return c.updater.Ready()
}
