setTimeout(() => {
  const answers = [];
  for (let i = 0; i < 20; i++)
    answers[0] = [alert('a'), confirm('b\nc'), prompt('d', 'e')];
  runtime.send('answers', answers[0]);
}, 1000);
