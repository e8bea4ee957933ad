console.log('running all the same');
